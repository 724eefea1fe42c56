"""A clock that moves only when something is sent or waited for: runs in process are the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from attrs import define, field

from imagesearch_conformance.runner.dispatch import Surroundings

#: When every run in process begins.
_BEGINNING = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@define
class StandingClock:
    """Moves by `step` seconds with every request, and by what is waited."""

    step: float
    moment: datetime = _BEGINNING
    _nonces: Iterator[int] = field(factory=count, init=False)

    def now(self) -> datetime:
        """The moment of the next request."""
        self.moment += timedelta(seconds=self.step)
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Moves on instead of waiting."""
        self.moment += timedelta(seconds=seconds)

    def surroundings(self) -> Surroundings:
        """Time and chance as this clock has them: nonces are numbered."""
        return Surroundings(self.now, self._stopwatch, self.sleep, lambda: f"nonce-{next(self._nonces)}")

    def _stopwatch(self) -> float:
        return self.moment.timestamp()


@define
class StandingPace:
    """A throttle that moves the clock by the gap instead of waiting."""

    clock: StandingClock
    gap: float

    def wait(self) -> None:
        """Moves the clock to the turn of the next request."""
        self.clock.sleep(self.gap)
