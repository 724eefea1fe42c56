"""A clock that moves only when something is sent or waited for: runs in process are the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from attrs import define, field

from imagesearch_conformance.runner.dispatcher import RuntimeEnvironment

#: When every run in process begins.
_START_TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@define
class SimulatedClock:
    """Moves by `step` seconds with every request, and by what is waited."""

    step: float
    current_time: datetime = _START_TIME
    _nonces: Iterator[int] = field(factory=count, init=False)

    def now(self) -> datetime:
        """The moment of the next request."""
        self.current_time += timedelta(seconds=self.step)
        return self.current_time

    def sleep(self, seconds: float) -> None:
        """Moves on instead of waiting."""
        self.current_time += timedelta(seconds=seconds)

    def runtime_environment(self) -> RuntimeEnvironment:
        """Time and chance as this clock has them: nonces are numbered."""
        return RuntimeEnvironment(self.now, self._perf_counter, self.sleep, lambda: f"nonce-{next(self._nonces)}")

    def _perf_counter(self) -> float:
        return self.current_time.timestamp()


@define
class SimulatedThrottle:
    """A throttle that moves the clock by the gap instead of waiting."""

    clock: SimulatedClock
    interval: float

    def wait(self) -> None:
        """Moves the clock to the turn of the next request."""
        self.clock.sleep(self.interval)
