"""One connection of a client: its requests are read, and played to."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from attrs import define, field

from imagesearch_conformance.clients.server.request_parser import ReceivedRequest, RequestParser
from imagesearch_conformance.clients.server.script import ConnectionEnd, Pause, Piece, ScriptedResponse, Stall
from imagesearch_conformance.clients.server.script_session import ScriptSession

_RECEIVE_SIZE = 64 * 1024

#: What closing sends is a RST: linger, for no second.
_LINGER_RESET = struct.pack("ii", 1, 0)

#: How long a client may take to notice that we have closed, in seconds, and how often it may still say something.
_CLOSE_TIMEOUT, _MAX_CLOSING_READS = 5.0, 1024


@define(eq=False)
class ServerConnection:
    """Reads requests and plays to them until either side ends the connection."""

    _socket: socket.socket
    _current_session: Callable[[], ScriptSession]
    is_idle: bool = field(default=True, init=False)  #: whether no request is being read or answered
    _parser: RequestParser = field(factory=RequestParser, init=False)
    _remaining_bytes: bytes = field(default=b"", init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def serve(self) -> None:
        """Returns when the connection has ended."""
        try:
            # A client may hang up at any moment.
            with suppress(OSError):
                while (end := self._handle_request()) is ConnectionEnd.KEEP:
                    pass
                self._end_connection(end)
        finally:
            with self._lock:
                self._socket.close()

    def partial_request(self) -> ReceivedRequest:
        """What came of the request that is being read, as one that is broken."""
        return self._parser.invalid_request()

    def disconnect(self) -> None:
        """Ends the connection, whatever it waits for."""
        # Under a lock, so that the number of a closed socket, which may be another's by now, is not used.
        with self._lock, suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _handle_request(self) -> ConnectionEnd:
        """What becomes of the connection after one request."""
        self._parser, self.is_idle = RequestParser(), not self._remaining_bytes
        scene, arrived = self._receive_request()
        if scene is None or arrived is None:
            return ConnectionEnd.CLOSE
        play, number = scene.record_request(self, arrived)
        self._remaining_bytes = arrived.remaining_bytes
        if not self._send_response(play, scene, number):
            return ConnectionEnd.CLOSE
        return play.end if arrived.keep_alive or play.end is not ConnectionEnd.KEEP else ConnectionEnd.CLOSE

    def _receive_request(self) -> tuple[ScriptSession | None, ReceivedRequest | None]:
        """The next request, with the scene in which it began; None when the client has no more."""
        scene, arrived = None, None
        while arrived is None:
            received, self._remaining_bytes = self._remaining_bytes or self._receive(), b""
            if not received and scene is None:
                break
            arrived = self._parser.receive_data(received)
            if scene is None and self._parser.has_begun:
                scene, self.is_idle = self._current_session(), False
                scene.begin_request(self)
            if arrived is None:
                self._send_continue()
        return scene, arrived

    def _send_continue(self) -> None:
        # Who has hung up is noticed where the rest of the request should come.
        with suppress(OSError):
            self._socket.sendall(self._parser.interim_response())

    def _receive(self) -> bytes:
        """What comes next; a connection that breaks has said what it had to say."""
        try:
            return self._socket.recv(_RECEIVE_SIZE)
        except OSError:
            return b""

    def _send_response(self, response: ScriptedResponse, session: ScriptSession, number: int) -> bool:
        """Whether the play was played to its end."""
        try:
            for piece in response.pieces:
                # Noted before it is sent: who has seen the reply finds how long it took.
                session.update_duration(number)
                if not self._send_piece(piece, session):
                    return False
        finally:
            session.update_duration(number)
        return True

    def _send_piece(self, piece: Piece, session: ScriptSession) -> bool:
        if isinstance(piece, Pause):
            return not session.ended.wait(piece.seconds)
        if isinstance(piece, Stall):
            session.stall(self, self._wait_for_close)
            return False
        self._socket.sendall(piece)
        return True

    def _wait_for_close(self) -> None:
        """Until the client hangs up, or we do."""
        while self._receive():
            pass

    def _end_connection(self, end: ConnectionEnd) -> None:
        """Resets the connection, or closes our side and waits for the client to close the other.

        A socket that is closed with something unread takes the reply back by a RST.
        """
        if end is ConnectionEnd.RESET:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
            return
        self._socket.shutdown(socket.SHUT_WR)
        self._socket.settimeout(_CLOSE_TIMEOUT)
        for _ in range(_MAX_CLOSING_READS):
            if not self._receive():
                break
