"""Throttles, which limit the rate of requests."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen


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


def create_throttle(qps: float | None) -> Throttle:
    """Create the throttle for a rate, None for no limit."""
    if qps is None:
        return NoThrottle()
    # This import takes a twelfth of the time of all imports of a run.
    from imagesearch_conformance.transport.rate_limiter import EvenRateLimiter  # noqa: PLC0415

    return EvenRateLimiter(qps)
