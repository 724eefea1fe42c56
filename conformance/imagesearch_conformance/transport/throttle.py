"""Keeps requests to a rate."""

from __future__ import annotations

import math
from typing import Protocol

from attrs import field, frozen
from pyrate_limiter import Limiter, Rate

_MILLISECONDS = 1000


class Throttle(Protocol):
    """Whatever makes a request wait for its turn."""

    def wait(self) -> None:
        """Returns when the next request may go."""
        ...


@frozen
class Unhurried:
    """No rate is to be kept."""

    def wait(self) -> None:
        """Returns at once."""


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


def throttle_of(qps: float | None) -> Throttle:
    """The throttle for a rate, or for none."""
    return Unhurried() if qps is None else EvenPace(qps)
