"""A listening socket on loopback, and a thread for every connection to it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Event, Lock, Thread

from attrs import define, field

from imagesearch_conformance.clients.server.connection import ServerConnection
from imagesearch_conformance.clients.server.script import ScriptedResponse
from imagesearch_conformance.clients.server.script_session import ScriptSession
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.wire import Exchange

_LOOPBACK = "127.0.0.1"

#: How many connections are open at most; then an idle one is closed, the oldest first, as servers do.
MAX_CONNECTIONS = 256

#: How long threads are waited for that have been told to end, in seconds, and new ones when there is no room.
_CLOSE_TIMEOUT, _RETRY_DELAY = 5.0, 0.05

_BACKLOG = 128


def _create_server_socket() -> socket.socket:
    try:
        return socket.create_server((_LOOPBACK, 0), backlog=_BACKLOG)
    except OSError as problem:
        raise InvalidInput(f"cannot listen: {problem.strerror}", _LOOPBACK) from problem


@define(eq=False)
class Listener:
    """Listens from the beginning, on a free port."""

    clock: Callable[[], datetime]
    port: int = field(init=False)
    _socket: socket.socket = field(factory=_create_server_socket, init=False)
    _session: ScriptSession = field(init=False)
    _connections: dict[ServerConnection, Thread] = field(factory=dict, init=False)
    _closed: Event = field(factory=Event, init=False)
    _lock: Lock = field(factory=Lock, init=False)
    _accept_thread: Thread = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.port = self._socket.getsockname()[1]
        self._session = ScriptSession((), self.clock)
        self._accept_thread = Thread(target=self._accept_connections, name=f"stage {self.port}", daemon=True)
        self._accept_thread.start()

    def start_script(self, responses: tuple[ScriptedResponse, ...]) -> None:
        """Begins a script: what was received is forgotten, and what waits ends."""
        with self._lock:
            before, self._session = self._session, ScriptSession(responses, self.clock)
        before.end()

    def exchanges(self) -> tuple[Exchange, ...]:
        """What came in since the script began."""
        return self._session.exchanges()

    def close(self) -> None:
        """Ends every connection, whatever its client does."""
        if self._closed.is_set():
            return
        self._closed.set()
        # Nothing else wakes a thread that accepts on every system.
        with suppress(OSError):
            socket.create_connection((_LOOPBACK, self.port), _CLOSE_TIMEOUT).close()
        self._accept_thread.join(_CLOSE_TIMEOUT)
        self._socket.close()
        self._session.end()
        self._disconnect_all()

    def _disconnect_all(self) -> None:
        with self._lock:
            going_on = dict(self._connections)
        for conversation in going_on:
            conversation.disconnect()
        for thread in going_on.values():
            thread.join(_CLOSE_TIMEOUT)

    def _accept_connections(self) -> None:
        while not self._closed.is_set():
            try:
                connected, _ = self._socket.accept()
            except OSError:
                # A client that has gone already, or no more room for sockets.
                self._closed.wait(_RETRY_DELAY)
                continue
            if self._closed.is_set():
                connected.close()
                return
            self._start_connection(connected)

    def _start_connection(self, client_socket: socket.socket) -> None:
        # Small pieces go out one by one, not when there are enough of them.
        with suppress(OSError):
            client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        conversation = ServerConnection(client_socket, lambda: self._session)
        thread = Thread(target=self._serve, args=(conversation,), name=f"stage {self.port}", daemon=True)
        self._make_room()
        with self._lock:
            self._connections[conversation] = thread
        thread.start()

    def _serve(self, connection: ServerConnection) -> None:
        try:
            connection.serve()
        finally:
            with self._lock:
                del self._connections[connection]

    def _make_room(self) -> None:
        with self._lock:
            if len(self._connections) < MAX_CONNECTIONS:
                return
            oldest = next((one for one in self._connections if one.is_idle), next(iter(self._connections)))
        oldest.disconnect()
