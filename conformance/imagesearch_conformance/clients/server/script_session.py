"""The time of one script at one address: which play comes next, what was received, and who still waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Condition, Event
from typing import Protocol

from attrs import define, evolve, field

from imagesearch_conformance.clients.server.request_parser import ReceivedRequest
from imagesearch_conformance.clients.server.responses import complete_response, without_chunks
from imagesearch_conformance.clients.server.script import ConnectionEnd, ScriptedResponse
from imagesearch_conformance.model.wire import Exchange

#: The most requests of one script that are kept; those of a client that never stops are answered and forgotten.
MAX_RECORDED_REQUESTS = 256

#: How long a request that has begun to come is waited for by who asks what was received, in seconds.
_PARTIAL_REQUEST_TIMEOUT = 0.5

_JSON_HEADERS = (("Content-Type", "application/json"),)

#: What is played where a script has nothing.
_DEFAULT_RESPONSE = complete_response(200, _JSON_HEADERS, b"{}")


class PendingConnection(Protocol):
    """A connection whose request is not answered to the end."""

    def partial_request(self) -> ReceivedRequest:
        """What came of the request, as one that is broken."""

    def disconnect(self) -> None:
        """Ends the connection, whatever it waits for."""


@define(eq=False)
class ScriptSession:
    """Hands out the plays of a script in order and keeps the requests; safe for many threads."""

    responses: tuple[ScriptedResponse, ...]
    clock: Callable[[], datetime]
    ended: Event = field(factory=Event, init=False)  #: set when the next script begins
    _response_count: int = field(default=0, init=False)
    _exchanges: list[Exchange] = field(factory=list, init=False)
    _pending: dict[PendingConnection, datetime] = field(factory=dict, init=False)
    _stalled: set[PendingConnection] = field(factory=set, init=False)
    _changed: Condition = field(factory=Condition, init=False)

    def begin_request(self, connection: PendingConnection) -> None:
        """A request has begun to come."""
        with self._changed:
            self._pending[connection] = self.clock()

    def record_request(self, connection: PendingConnection, arrived: ReceivedRequest) -> tuple[ScriptedResponse, int]:
        """The play to a request, and its number; the request is kept before a byte of the play is sent."""
        with self._changed:
            play = self._next_response(arrived)
            begun = self._pending.pop(connection)
            number = len(self._exchanges)
            if number < MAX_RECORDED_REQUESTS:
                self._exchanges.append(_build_exchange(arrived, play, begun, self.clock()))
            self._changed.notify_all()
        return play, number

    def update_duration(self, number: int) -> None:
        """The exchange of this number has lasted until now."""
        with self._changed:
            if number < len(self._exchanges):
                one = self._exchanges[number]
                self._exchanges[number] = evolve(one, seconds=_elapsed_seconds(one.sent_at, self.clock()))

    def stall(self, connection: PendingConnection, wait: Callable[[], None]) -> None:
        """Waits, by a function that returns when the connection ends; the next script ends it."""
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
        """What came in, in order; what stopped in the middle of a request counts as broken."""
        with self._changed:
            self._changed.wait_for(lambda: not self._pending, _PARTIAL_REQUEST_TIMEOUT)
            return (*self._exchanges, *(self._partial_exchange(who, begun) for who, begun in self._pending.items()))

    def end(self) -> None:
        """Lets nobody wait any longer."""
        with self._changed:
            self.ended.set()
            waiting = {*self._pending, *self._stalled}
        for who in waiting:
            who.disconnect()

    def _next_response(self, received: ReceivedRequest) -> ScriptedResponse:
        if received.error_status is not None:
            return error_response(received.error_status)
        number, self._response_count = self._response_count, self._response_count + 1
        play = select_response(self.responses, number)
        return play if received.accepts_chunks else without_chunks(play)

    def _partial_exchange(self, connection: PendingConnection, started: datetime) -> Exchange:
        arrived = connection.partial_request()
        return _build_exchange(arrived, error_response(arrived.error_status or 0), started, self.clock())


def select_response(responses: tuple[ScriptedResponse, ...], number: int) -> ScriptedResponse:
    """What the request of this number gets."""
    return responses[min(number, len(responses) - 1)] if responses else _DEFAULT_RESPONSE


def error_response(status: int) -> ScriptedResponse:
    """What answers a request that takes no play."""
    return complete_response(status, _JSON_HEADERS, b"{}", ConnectionEnd.CLOSE)


def _build_exchange(
    received: ReceivedRequest, response: ScriptedResponse, started: datetime, now: datetime
) -> Exchange:
    return Exchange(received.request, response.wire, started, _elapsed_seconds(started, now))


def _elapsed_seconds(started: datetime, now: datetime) -> float:
    # The clock of a machine may be set back.
    return max(0.0, (now - started).total_seconds())
