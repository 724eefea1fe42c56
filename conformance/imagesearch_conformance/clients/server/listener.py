"""A listening socket on loopback, with a thread for every connection."""

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
from imagesearch_conformance.model.exchange import Exchange

_LOOPBACK = "127.0.0.1"

#: Limit of open connections; beyond it an idle one is closed, the oldest first, as servers do.
MAX_CONNECTIONS = 256

#: Time for threads to end on close, and delay before the next accept after an error, in seconds.
_CLOSE_TIMEOUT, _RETRY_DELAY = 5.0, 0.05

_BACKLOG = 128


def _create_server_socket() -> socket.socket:
    try:
        return socket.create_server((_LOOPBACK, 0), backlog=_BACKLOG)
    except OSError as error:
        raise InvalidInput(f"cannot listen: {error.strerror}", _LOOPBACK) from error


@define(eq=False)
class Listener:
    """Listens on a free port from its creation until it is closed."""

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
        self._accept_thread = Thread(target=self._accept_connections, name=f"server {self.port}", daemon=True)
        self._accept_thread.start()

    def start_script(self, responses: tuple[ScriptedResponse, ...]) -> None:
        """Start a script: forget earlier requests and end what still waits."""
        with self._lock:
            previous, self._session = self._session, ScriptSession(responses, self.clock)
        previous.end()

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges since the script started."""
        return self._session.exchanges()

    def close(self) -> None:
        """End every connection, whatever its client does."""
        if self._closed.is_set():
            return
        self._closed.set()
        # On some systems only a connection wakes a thread that waits in accept().
        with suppress(OSError):
            socket.create_connection((_LOOPBACK, self.port), _CLOSE_TIMEOUT).close()
        self._accept_thread.join(_CLOSE_TIMEOUT)
        self._socket.close()
        self._session.end()
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            connection.disconnect()
        for thread in connections.values():
            thread.join(_CLOSE_TIMEOUT)

    def _accept_connections(self) -> None:
        while not self._closed.is_set():
            try:
                client_socket, _ = self._socket.accept()
            except OSError:
                # The client has disconnected already, or there are no file descriptors left.
                self._closed.wait(_RETRY_DELAY)
                continue
            if self._closed.is_set():
                client_socket.close()
                return
            self._start_connection(client_socket)

    def _start_connection(self, client_socket: socket.socket) -> None:
        # Small pieces have to be sent one by one, not once there are enough of them.
        with suppress(OSError):
            client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = ServerConnection(client_socket, lambda: self._session)
        thread = Thread(target=self._serve, args=(connection,), name=f"server {self.port}", daemon=True)
        self._make_room()
        with self._lock:
            self._connections[connection] = thread
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
            idle = (connection for connection in self._connections if connection.is_idle)
            oldest = next(idle, next(iter(self._connections)))
        oldest.disconnect()
