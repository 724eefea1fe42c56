"""A listening socket on loopback, and a thread for every connection to it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Event, Lock, Thread

from attrs import define, field

from imagesearch_conformance.clients.conversation import Conversation
from imagesearch_conformance.clients.scene import Scene
from imagesearch_conformance.clients.script import Play
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.exchange import Exchange

_LOOPBACK = "127.0.0.1"

#: How many connections are open at most; then an idle one is closed, the oldest first, as servers do.
MOST_CONNECTIONS = 256

#: How long threads are waited for that have been told to end, in seconds, and new ones when there is no room.
_PATIENCE, _BREATH = 5.0, 0.05

_BACKLOG = 128


def _listening() -> socket.socket:
    try:
        return socket.create_server((_LOOPBACK, 0), backlog=_BACKLOG)
    except OSError as problem:
        raise BadInput(f"cannot listen: {problem.strerror}", _LOOPBACK) from problem


@define(eq=False)
class Listener:
    """Listens from the beginning, on a free port."""

    clock: Callable[[], datetime]
    port: int = field(init=False)
    _listening: socket.socket = field(factory=_listening, init=False)
    _scene: Scene = field(init=False)
    _conversations: dict[Conversation, Thread] = field(factory=dict, init=False)
    _closed: Event = field(factory=Event, init=False)
    _lock: Lock = field(factory=Lock, init=False)
    _accepting: Thread = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.port = self._listening.getsockname()[1]
        self._scene = Scene((), self.clock)
        self._accepting = Thread(target=self._accept, name=f"stage {self.port}", daemon=True)
        self._accepting.start()

    def play(self, plays: tuple[Play, ...]) -> None:
        """Begins a script: what was received is forgotten, and what waits ends."""
        with self._lock:
            before, self._scene = self._scene, Scene(plays, self.clock)
        before.end()

    def received(self) -> tuple[Exchange, ...]:
        """What came in since the script began."""
        return self._scene.received()

    def close(self) -> None:
        """Ends every connection, whatever its client does."""
        if self._closed.is_set():
            return
        self._closed.set()
        # Nothing else wakes a thread that accepts on every system.
        with suppress(OSError):
            socket.create_connection((_LOOPBACK, self.port), _PATIENCE).close()
        self._accepting.join(_PATIENCE)
        self._listening.close()
        self._scene.end()
        self._hang_up()

    def _hang_up(self) -> None:
        with self._lock:
            going_on = dict(self._conversations)
        for conversation in going_on:
            conversation.hang_up()
        for thread in going_on.values():
            thread.join(_PATIENCE)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                connected, _ = self._listening.accept()
            except OSError:
                # A client that has gone already, or no more room for sockets.
                self._closed.wait(_BREATH)
                continue
            if self._closed.is_set():
                connected.close()
                return
            self._begin(connected)

    def _begin(self, connected: socket.socket) -> None:
        # Small pieces go out one by one, not when there are enough of them.
        with suppress(OSError):
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        conversation = Conversation(connected, lambda: self._scene)
        thread = Thread(target=self._converse, args=(conversation,), name=f"stage {self.port}", daemon=True)
        self._make_room()
        with self._lock:
            self._conversations[conversation] = thread
        thread.start()

    def _converse(self, conversation: Conversation) -> None:
        try:
            conversation.run()
        finally:
            with self._lock:
                del self._conversations[conversation]

    def _make_room(self) -> None:
        with self._lock:
            if len(self._conversations) < MOST_CONNECTIONS:
                return
            oldest = next((one for one in self._conversations if one.idle), next(iter(self._conversations)))
        oldest.hang_up()
