"""Throttles, which limit the rate of requests."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

if TYPE_CHECKING:
    from pyrate_limiter import Limiter

_MILLISECONDS_PER_SECOND = 1000


class Throttle(Protocol):
    """Limits the rate of requests."""

    def wait(self) -> None:
        """Block until the next request may be sent."""
        ...


@frozen
class NoThrottle:
    """Does not limit the rate."""

    def wait(self) -> None:
        """Return at once."""


@frozen
class EvenRateLimiter:
    """Limits requests to `qps` per second, evenly spaced, so that no interval of a second contains more."""

    qps: float
    _limiter: Limiter = field(init=False)

    @_limiter.default
    def _default_limiter(self) -> Limiter:
        # This import takes a twelfth of the time of all imports of a run, and most runs have no limit.
        from pyrate_limiter import Limiter, Rate  # noqa: PLC0415

        return Limiter(Rate(1, math.ceil(_MILLISECONDS_PER_SECOND / self.qps)), buffer_ms=0)

    def wait(self) -> None:
        """Block until the next request may be sent."""
        self._limiter.try_acquire("target")


def create_throttle(qps: float | None) -> Throttle:
    """Create the throttle for a rate, None for no limit."""
    return NoThrottle() if qps is None else EvenRateLimiter(qps)
