"""The time of one script at one address: which play comes next, what was received, and who still waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Condition, Event
from typing import Protocol

from attrs import define, evolve, field

from imagesearch_conformance.clients.parsing import Arrived
from imagesearch_conformance.clients.plays import http, unchunked
from imagesearch_conformance.clients.script import End, Play
from imagesearch_conformance.model.exchange import Exchange

#: The most requests of one script that are kept; those of a client that never stops are answered and forgotten.
MOST_KEPT = 256

#: How long a request that has begun to come is waited for by who asks what was received, in seconds.
_MOMENT = 0.5

_JSON = (("Content-Type", "application/json"),)

#: What is played where a script has nothing.
_NOTHING_SPECIAL = http(200, _JSON, b"{}")


class Heard(Protocol):
    """A connection whose request is not answered to the end."""

    def so_far(self) -> Arrived:
        """What came of the request, as one that is broken."""

    def hang_up(self) -> None:
        """Ends the connection, whatever it waits for."""


@define(eq=False)
class Scene:
    """Hands out the plays of a script in order and keeps the requests; safe for many threads."""

    plays: tuple[Play, ...]
    clock: Callable[[], datetime]
    over: Event = field(factory=Event, init=False)  #: set when the next script begins
    _taken: int = field(default=0, init=False)
    _kept: list[Exchange] = field(factory=list, init=False)
    _coming: dict[Heard, datetime] = field(factory=dict, init=False)
    _stalled: set[Heard] = field(factory=set, init=False)
    _changed: Condition = field(factory=Condition, init=False)

    def begun(self, who: Heard) -> None:
        """A request has begun to come."""
        with self._changed:
            self._coming[who] = self.clock()

    def arrived(self, who: Heard, arrived: Arrived) -> tuple[Play, int]:
        """The play to a request, and its number; the request is kept before a byte of the play is sent."""
        with self._changed:
            play = self._play(arrived)
            begun = self._coming.pop(who)
            number = len(self._kept)
            if number < MOST_KEPT:
                self._kept.append(_exchange(arrived, play, begun, self.clock()))
            self._changed.notify_all()
        return play, number

    def going_on(self, number: int) -> None:
        """The exchange of this number has lasted until now."""
        with self._changed:
            if number < len(self._kept):
                one = self._kept[number]
                self._kept[number] = evolve(one, seconds=_seconds(one.sent_at, self.clock()))

    def stall(self, who: Heard, wait: Callable[[], None]) -> None:
        """Waits, by a function that returns when the connection ends; the next script ends it."""
        with self._changed:
            if self.over.is_set():
                return
            self._stalled.add(who)
        try:
            wait()
        finally:
            with self._changed:
                self._stalled.discard(who)

    def received(self) -> tuple[Exchange, ...]:
        """What came in, in order; what stopped in the middle of a request counts as broken."""
        with self._changed:
            self._changed.wait_for(lambda: not self._coming, _MOMENT)
            return (*self._kept, *(self._half(who, begun) for who, begun in self._coming.items()))

    def end(self) -> None:
        """Lets nobody wait any longer."""
        with self._changed:
            self.over.set()
            waiting = {*self._coming, *self._stalled}
        for who in waiting:
            who.hang_up()

    def _play(self, arrived: Arrived) -> Play:
        if arrived.refusal is not None:
            return refusal(arrived.refusal)
        number, self._taken = self._taken, self._taken + 1
        play = play_of(self.plays, number)
        return play if arrived.chunks else unchunked(play)

    def _half(self, who: Heard, begun: datetime) -> Exchange:
        arrived = who.so_far()
        return _exchange(arrived, refusal(arrived.refusal or 0), begun, self.clock())


def play_of(plays: tuple[Play, ...], number: int) -> Play:
    """What the request of this number gets."""
    return plays[min(number, len(plays) - 1)] if plays else _NOTHING_SPECIAL


def refusal(status: int) -> Play:
    """What answers a request that takes no play."""
    return http(status, _JSON, b"{}", End.CLOSE)


def _exchange(arrived: Arrived, play: Play, begun: datetime, now: datetime) -> Exchange:
    return Exchange(arrived.request, play.reply, begun, _seconds(begun, now))


def _seconds(begun: datetime, now: datetime) -> float:
    # The clock of a machine may be set back.
    return max(0.0, (now - begun).total_seconds())
