"""The run of one script at one address: selects the responses and records the requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Condition, Event
from typing import Protocol

from attrs import define, evolve, field

from imagesearch_conformance.clients.server.request_parser import ReceivedRequest
from imagesearch_conformance.clients.server.responses import complete_response, without_chunks
from imagesearch_conformance.clients.server.script import ConnectionEnd, ScriptedResponse
from imagesearch_conformance.model.exchange import Exchange

#: Limit of the requests recorded for one script; a client that never stops is answered but not recorded.
MAX_RECORDED_REQUESTS = 256

#: Time that exchanges() waits for requests that have begun to arrive, in seconds.
_PARTIAL_REQUEST_TIMEOUT = 0.5

_JSON_HEADERS = (("Content-Type", "application/json"),)

#: The response of an empty script.
_DEFAULT_RESPONSE = complete_response(200, _JSON_HEADERS, b"{}")


class PendingConnection(Protocol):
    """A connection whose request is not completely answered."""

    def partial_request(self) -> ReceivedRequest:
        """Return the incomplete request as an invalid one."""

    def disconnect(self) -> None:
        """End the connection, whatever it waits for."""


@define(eq=False)
class ScriptSession:
    """Selects the responses of a script in order and records the requests; thread-safe."""

    responses: tuple[ScriptedResponse, ...]
    clock: Callable[[], datetime]
    ended: Event = field(factory=Event, init=False)  #: set when the next script starts
    _response_count: int = field(default=0, init=False)
    _exchanges: list[Exchange] = field(factory=list, init=False)
    _pending: dict[PendingConnection, datetime] = field(factory=dict, init=False)
    _stalled: set[PendingConnection] = field(factory=set, init=False)
    _changed: Condition = field(factory=Condition, init=False)

    def begin_request(self, connection: PendingConnection) -> None:
        """Note that a request has begun to arrive."""
        with self._changed:
            self._pending[connection] = self.clock()

    def record_request(self, connection: PendingConnection, request: ReceivedRequest) -> tuple[ScriptedResponse, int]:
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

    def stall(self, connection: PendingConnection, wait: Callable[[], None]) -> None:
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

    def _partial_exchange(self, connection: PendingConnection, started: datetime) -> Exchange:
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
