"""An even rate, by a library that is imported only where there is a rate to keep."""

from __future__ import annotations

import math

from attrs import field, frozen
from pyrate_limiter import Limiter, Rate

_MILLISECONDS_PER_SECOND = 1000


@frozen
class EvenRateLimiter:
    """At most so many requests a second, evenly spaced so that no second holds more, wherever it begins."""

    qps: float
    _limiter: Limiter = field(init=False)

    @_limiter.default
    def _default_limiter(self) -> Limiter:
        return Limiter(Rate(1, math.ceil(_MILLISECONDS_PER_SECOND / self.qps)), buffer_ms=0)

    def wait(self) -> None:
        """Returns when the next request may go."""
        self._limiter.try_acquire("target")
