"""One connection of a client: its requests are read, and played to."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from attrs import define, field

from imagesearch_conformance.clients.parsing import Arrived, RequestParser
from imagesearch_conformance.clients.scene import Scene
from imagesearch_conformance.clients.script import End, Pause, Piece, Play, Stall

_AT_ONCE = 64 * 1024

#: What closing sends is a RST: linger, for no second.
_NO_FAREWELL = struct.pack("ii", 1, 0)

#: How long a client may take to notice that we have closed, in seconds, and how often it may still say something.
_FAREWELL, _LAST_WORDS = 5.0, 1024


@define(eq=False)
class Conversation:
    """Reads requests and plays to them until either side ends the connection."""

    _connected: socket.socket
    _scene: Callable[[], Scene]
    idle: bool = field(default=True, init=False)  #: whether no request is being read or answered
    _parser: RequestParser = field(factory=RequestParser, init=False)
    _rest: bytes = field(default=b"", init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def run(self) -> None:
        """Returns when the connection has ended."""
        try:
            # A client may hang up at any moment.
            with suppress(OSError):
                while (end := self._exchange()) is End.KEEP:
                    pass
                self._depart(end)
        finally:
            with self._lock:
                self._connected.close()

    def so_far(self) -> Arrived:
        """What came of the request that is being read, as one that is broken."""
        return self._parser.broken()

    def hang_up(self) -> None:
        """Ends the connection, whatever it waits for."""
        # Under a lock, so that the number of a closed socket, which may be another's by now, is not used.
        with self._lock, suppress(OSError):
            self._connected.shutdown(socket.SHUT_RDWR)

    def _exchange(self) -> End:
        """What becomes of the connection after one request."""
        self._parser, self.idle = RequestParser(), not self._rest
        scene, arrived = self._request()
        if scene is None or arrived is None:
            return End.CLOSE
        play, number = scene.arrived(self, arrived)
        self._rest = arrived.rest
        if not self._perform(play, scene, number):
            return End.CLOSE
        return play.end if arrived.keeps or play.end is not End.KEEP else End.CLOSE

    def _request(self) -> tuple[Scene | None, Arrived | None]:
        """The next request, with the scene in which it began; None when the client has no more."""
        scene, arrived = None, None
        while arrived is None:
            received, self._rest = self._rest or self._receive(), b""
            if not received and scene is None:
                break
            arrived = self._parser.feed(received)
            if scene is None and self._parser.begun:
                scene, self.idle = self._scene(), False
                scene.begun(self)
            if arrived is None:
                self._encourage()
        return scene, arrived

    def _encourage(self) -> None:
        # Who has hung up is noticed where the rest of the request should come.
        with suppress(OSError):
            self._connected.sendall(self._parser.encouragement())

    def _receive(self) -> bytes:
        """What comes next; a connection that breaks has said what it had to say."""
        try:
            return self._connected.recv(_AT_ONCE)
        except OSError:
            return b""

    def _perform(self, play: Play, scene: Scene, number: int) -> bool:
        """Whether the play was played to its end."""
        try:
            for piece in play.pieces:
                # Noted before it is sent: who has seen the reply finds how long it took.
                scene.going_on(number)
                if not self._played(piece, scene):
                    return False
        finally:
            scene.going_on(number)
        return True

    def _played(self, piece: Piece, scene: Scene) -> bool:
        if isinstance(piece, Pause):
            return not scene.over.wait(piece.seconds)
        if isinstance(piece, Stall):
            scene.stall(self, self._listen)
            return False
        self._connected.sendall(piece)
        return True

    def _listen(self) -> None:
        """Until the client hangs up, or we do."""
        while self._receive():
            pass

    def _depart(self, end: End) -> None:
        """Resets the connection, or closes our side and waits for the client to close the other.

        A socket that is closed with something unread takes the reply back by a RST.
        """
        if end is End.RESET:
            self._connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_FAREWELL)
            return
        self._connected.shutdown(socket.SHUT_WR)
        self._connected.settimeout(_FAREWELL)
        for _ in range(_LAST_WORDS):
            if not self._receive():
                break
