"""Checks of a burst: requests above the rate limit have to be rejected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from imagesearch_conformance.checks.parsed_response import ResponseKind
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange

#: The window in which the requests of a burst are counted.
BURST_SECONDS = 1.0

_BURST_DURATION = timedelta(seconds=BURST_SECONDS)


def is_rate_limited(context: CheckContext) -> bool:
    return context.contract.errors.is_rate_limit(context.response.error_code)


def burst_too_slow_reason(case: Case, contexts: Sequence[CheckContext], exchanges: Sequence[Exchange]) -> str | None:
    """The reason why a burst without a rate-limit error is inconclusive, or None."""
    if any(map(is_rate_limited, contexts)):
        return None
    highest = max(_count_completed(exchange.sent_at, exchanges) for exchange in exchanges)
    if highest >= (case.burst_size or 0):
        return None
    return (
        f"only {highest} requests completed within a second; "
        f"the rate limit can be judged from {case.burst_size} or more"
    )


def _count_completed(start: datetime, exchanges: Sequence[Exchange]) -> int:
    """Count the exchanges that began and ended in the second after `start`: a queue may delay simultaneous requests."""
    return sum(
        start <= exchange.sent_at and exchange.sent_at + timedelta(seconds=exchange.seconds) <= start + _BURST_DURATION
        for exchange in exchanges
    )


def check_burst(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that at least one request of the burst was rate-limited; no result where a response is unreadable."""
    last = contexts[-1]
    if any(map(is_rate_limited, contexts)):
        yield from last.pass_all()
    elif all(context.response.kind is ResponseKind.SUCCESS for context in contexts):
        expected = tuple(str(acceptance) for acceptance in last.case.expectation.acceptances if acceptance.code)
        message = f"none of {len(contexts)} requests within a second was rate-limited"
        for requirement in last.case.requirements:
            yield last.fail_requirement(requirement, message, expected, "success each time", "status")
