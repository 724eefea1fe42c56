"""An even rate, by a library that is imported only where there is a rate to keep."""

from __future__ import annotations

import math

from attrs import field, frozen
from pyrate_limiter import Limiter, Rate

_MILLISECONDS = 1000


@frozen
class EvenPace:
    """At most so many requests a second, evenly spaced so that no second holds more, wherever it begins."""

    qps: float
    _limiter: Limiter = field(init=False)

    @_limiter.default
    def _make(self) -> Limiter:
        return Limiter(Rate(1, math.ceil(_MILLISECONDS / self.qps)), buffer_ms=0)

    def wait(self) -> None:
        """Returns when the next request may go."""
        self._limiter.try_acquire("target")
