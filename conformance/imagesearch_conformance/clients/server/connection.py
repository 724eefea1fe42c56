"""One connection of a client: reads its requests and sends the scripted responses."""

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

#: Makes closing send a RST: linger, for zero seconds.
_LINGER_RESET = struct.pack("ii", 1, 0)

#: Time for a client to notice that we have closed, in seconds, and the number of reads until then.
_CLOSE_TIMEOUT, _MAX_CLOSING_READS = 5.0, 1024


@define(eq=False)
class ServerConnection:
    """Reads requests and answers them until either side ends the connection."""

    _socket: socket.socket
    _current_session: Callable[[], ScriptSession]
    is_idle: bool = field(default=True, init=False)  #: whether no request is being read or answered
    _parser: RequestParser = field(factory=RequestParser, init=False)
    _remaining_bytes: bytes = field(default=b"", init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def serve(self) -> None:
        """Serve requests until the connection has ended."""
        try:
            # A client may disconnect at any time.
            with suppress(OSError):
                while (end := self._handle_request()) is ConnectionEnd.KEEP:
                    pass
                self._end_connection(end)
        finally:
            with self._lock:
                self._socket.close()

    def partial_request(self) -> ReceivedRequest:
        """Return the incomplete request as an invalid one."""
        return self._parser.invalid_request()

    def disconnect(self) -> None:
        """End the connection, whatever it waits for."""
        # The lock protects the file descriptor: once closed, it may belong to another socket.
        with self._lock, suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _handle_request(self) -> ConnectionEnd:
        self._parser, self.is_idle = RequestParser(), not self._remaining_bytes
        session, request = self._receive_request()
        if session is None or request is None:
            return ConnectionEnd.CLOSE
        response, number = session.record_request(self, request)
        self._remaining_bytes = request.remaining_bytes
        if not self._send_response(response, session, number):
            return ConnectionEnd.CLOSE
        if request.keep_alive or response.end is not ConnectionEnd.KEEP:
            return response.end
        return ConnectionEnd.CLOSE

    def _receive_request(self) -> tuple[ScriptSession | None, ReceivedRequest | None]:
        """Return the next request with the session in which it began; None if the client has no more."""
        session, request = None, None
        while request is None:
            data, self._remaining_bytes = self._remaining_bytes or self._receive(), b""
            if not data and session is None:
                break
            request = self._parser.receive_data(data)
            if session is None and self._parser.has_begun:
                session, self.is_idle = self._current_session(), False
                session.begin_request(self)
            if request is None:
                # A disconnected client is noticed by the next read.
                with suppress(OSError):
                    self._socket.sendall(self._parser.interim_response())
        return session, request

    def _receive(self) -> bytes:
        """Return the next bytes; a broken connection counts as its end."""
        try:
            return self._socket.recv(_RECEIVE_SIZE)
        except OSError:
            return b""

    def _send_response(self, response: ScriptedResponse, session: ScriptSession, number: int) -> bool:
        """Send a response; return whether it was sent completely."""
        try:
            for piece in response.pieces:
                # Before sending, so that the duration is recorded once the client has the response.
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
        while self._receive():
            pass

    def _end_connection(self, end: ConnectionEnd) -> None:
        """Reset the connection, or close our side and wait for the client to close its own.

        Closing a socket with unread data sends a RST, and the client would lose the response.
        """
        if end is ConnectionEnd.RESET:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
            return
        self._socket.shutdown(socket.SHUT_WR)
        self._socket.settimeout(_CLOSE_TIMEOUT)
        for _ in range(_MAX_CLOSING_READS):
            if not self._receive():
                break
