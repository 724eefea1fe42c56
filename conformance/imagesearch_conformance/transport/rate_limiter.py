"""An even rate of requests."""

from __future__ import annotations

import math

from attrs import field, frozen
from pyrate_limiter import Limiter, Rate

_MILLISECONDS_PER_SECOND = 1000


@frozen
class EvenRateLimiter:
    """Limits requests to `qps` per second, evenly spaced, so that no interval of a second contains more."""

    qps: float
    _limiter: Limiter = field(init=False)

    @_limiter.default
    def _default_limiter(self) -> Limiter:
        return Limiter(Rate(1, math.ceil(_MILLISECONDS_PER_SECOND / self.qps)), buffer_ms=0)

    def wait(self) -> None:
        """Block until the next request may be sent."""
        self._limiter.try_acquire("target")
