"""Whether asking too fast was refused, and whether the asking was fast enough to tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from imagesearch_conformance.checks.parsed_response import ResponseKind
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.wire import Exchange

#: The span within which the requests of a burst are counted.
BURST_SECONDS = 1.0

_BURST_DURATION = timedelta(seconds=BURST_SECONDS)


def is_rate_limited(context: CheckContext) -> bool:
    """Whether a reply refuses a request for the number of requests."""
    return context.contract.errors.is_rate_limit(context.response.error_code)


def burst_too_slow_reason(case: Case, contexts: Sequence[CheckContext], exchanges: Sequence[Exchange]) -> str | None:
    """Why a burst without a refusal says nothing, or None."""
    if any(is_rate_limited(view) for view in contexts):
        return None
    most = max(_count_answered(one.sent_at, exchanges) for one in exchanges)
    if most >= (case.burst_size or 0):
        return None
    return (
        f"only {most} requests were answered within a second, and {case.burst_size} are needed to be sure of the rate"
    )


def _count_answered(start: datetime, exchanges: Sequence[Exchange]) -> int:
    """How many exchanges began and ended in the second from a moment on: a queue may spread what was sent at once."""
    return sum(
        1
        for one in exchanges
        if start <= one.sent_at and one.sent_at + timedelta(seconds=one.seconds) <= start + _BURST_DURATION
    )


def check_burst(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """One remark: at least one request of the burst was refused; none where replies cannot be read."""
    last = contexts[-1]
    if any(is_rate_limited(view) for view in contexts):
        yield from (last.pass_requirement(requirement) for requirement in last.case.requirements)
    elif all(view.response.kind is ResponseKind.SUCCESS for view in contexts):
        expected = tuple(str(one) for one in last.case.expectation.acceptances if one.code)
        message = f"none of {len(contexts)} requests within a second was refused"
        for requirement in last.case.requirements:
            yield last.fail_requirement(requirement, message, expected, "success each time", "status")
