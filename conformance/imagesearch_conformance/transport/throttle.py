"""Keeps requests to a rate."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen


class Throttle(Protocol):
    """Whatever makes a request wait for its turn."""

    def wait(self) -> None:
        """Returns when the next request may go."""
        ...


@frozen
class NoThrottle:
    """No rate is to be kept."""

    def wait(self) -> None:
        """Returns at once."""


def create_throttle(qps: float | None) -> Throttle:
    """The throttle for a rate, or for none."""
    if qps is None:
        return NoThrottle()
    # A twelfth of all that is imported for a run.
    from imagesearch_conformance.transport.rate_limiter import EvenRateLimiter  # noqa: PLC0415

    return EvenRateLimiter(qps)
