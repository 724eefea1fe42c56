"""One connection of a client, and the session of a script that selects its responses and records its requests."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Condition, Event, Lock

from attrs import define, evolve, field

from imagesearch_conformance.clients.server.request_parser import ReceivedRequest, RequestParser
from imagesearch_conformance.clients.server.script import (
    ConnectionEnd,
    Pause,
    Piece,
    ScriptedResponse,
    Stall,
    complete_response,
    without_chunks,
)
from imagesearch_conformance.model.wire import Exchange

#: Limit of the requests recorded for one script; a client that never stops is answered but not recorded.
MAX_RECORDED_REQUESTS = 256

#: Time that exchanges() waits for requests that have begun to arrive, in seconds.
_PARTIAL_REQUEST_TIMEOUT = 0.5

_JSON_HEADERS = (("Content-Type", "application/json"),)

#: The response of an empty script.
_DEFAULT_RESPONSE = complete_response(200, _JSON_HEADERS, b"{}")

_RECEIVE_SIZE = 64 * 1024

#: Makes closing send a RST: linger, for zero seconds.
_LINGER_RESET = struct.pack("ii", 1, 0)

#: Time for a client to notice that we have closed, in seconds, and the number of reads until then.
_CLOSE_TIMEOUT, _MAX_CLOSING_READS = 5.0, 1024


@define(eq=False)
class ScriptSession:
    """Selects the responses of a script in order and records the requests; thread-safe."""

    responses: tuple[ScriptedResponse, ...]
    clock: Callable[[], datetime]
    ended: Event = field(factory=Event, init=False)  #: set when the next script starts
    _response_count: int = field(default=0, init=False)
    _exchanges: list[Exchange] = field(factory=list, init=False)
    _pending: dict[ServerConnection, datetime] = field(factory=dict, init=False)
    _stalled: set[ServerConnection] = field(factory=set, init=False)
    _changed: Condition = field(factory=Condition, init=False)

    def begin_request(self, connection: ServerConnection) -> None:
        """Note that a request has begun to arrive."""
        with self._changed:
            self._pending[connection] = self.clock()

    def record_request(self, connection: ServerConnection, request: ReceivedRequest) -> tuple[ScriptedResponse, int]:
        """Record a request before its response is sent; return the response and the number of the exchange."""
        with self._changed:
            response = self._next_response(request)
            started = self._pending.pop(connection)
            number = len(self._exchanges)
            if number < MAX_RECORDED_REQUESTS:
                self._exchanges.append(_build_exchange(request, response, started, self.clock()))
            self._changed.notify_all()
        return response, number

    def update_duration(self, number: int) -> None:
        """Set the duration of an exchange to the time until now."""
        with self._changed:
            if number < len(self._exchanges):
                exchange = self._exchanges[number]
                self._exchanges[number] = evolve(exchange, seconds=_elapsed_seconds(exchange.sent_at, self.clock()))

    def stall(self, connection: ServerConnection, wait: Callable[[], None]) -> None:
        """Call `wait`, which returns when the connection ends; the next script ends it."""
        with self._changed:
            if self.ended.is_set():
                return
            self._stalled.add(connection)
        try:
            wait()
        finally:
            with self._changed:
                self._stalled.discard(connection)

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges in order; an incomplete request counts as an invalid one."""
        with self._changed:
            self._changed.wait_for(lambda: not self._pending, _PARTIAL_REQUEST_TIMEOUT)
            partial = (self._partial_exchange(connection, started) for connection, started in self._pending.items())
            return (*self._exchanges, *partial)

    def end(self) -> None:
        """End every connection that still waits."""
        with self._changed:
            self.ended.set()
            waiting = {*self._pending, *self._stalled}
        for connection in waiting:
            connection.disconnect()

    def _next_response(self, request: ReceivedRequest) -> ScriptedResponse:
        if request.error_status is not None:
            return error_response(request.error_status)
        number, self._response_count = self._response_count, self._response_count + 1
        response = select_response(self.responses, number)
        return response if request.accepts_chunks else without_chunks(response)

    def _partial_exchange(self, connection: ServerConnection, started: datetime) -> Exchange:
        request = connection.partial_request()
        return _build_exchange(request, error_response(request.error_status or 0), started, self.clock())


def select_response(responses: tuple[ScriptedResponse, ...], number: int) -> ScriptedResponse:
    """Return the response to the request with this number."""
    return responses[min(number, len(responses) - 1)] if responses else _DEFAULT_RESPONSE


def error_response(status: int) -> ScriptedResponse:
    """Return the response to a request that gets none from the script."""
    return complete_response(status, _JSON_HEADERS, b"{}", ConnectionEnd.CLOSE)


def _build_exchange(
    received: ReceivedRequest, response: ScriptedResponse, started: datetime, now: datetime
) -> Exchange:
    return Exchange(received.request, response.wire, started, _elapsed_seconds(started, now))


def _elapsed_seconds(started: datetime, now: datetime) -> float:
    # The system clock may be set back.
    return max(0.0, (now - started).total_seconds())


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
