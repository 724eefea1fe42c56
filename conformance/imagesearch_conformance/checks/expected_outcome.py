"""Checks of responses against the acceptable outcomes of their case: one request, or a burst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from imagesearch_conformance.checks.parsed_response import ResponseKind
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Acceptance, Grade
from imagesearch_conformance.model.wire import Exchange


def check_expected_outcome(context: CheckContext) -> Iterator[CheckResult]:
    """Check the requirements of the case."""
    expectation, response = context.case.expectation, context.response
    if response.kind is ResponseKind.UNREADABLE:
        yield from _check_unreadable(context)
    elif response.kind is ResponseKind.SUCCESS:
        yield from _check_acceptance(context, expectation.success, "success")
    elif response.error_code is not None:
        yield from _check_error(context, response.error_code)
    elif expectation.success is not None and len(expectation.acceptances) == 1:
        yield from _fail_all(context, "got an error without a code, expected success", "an error without a code")


def _check_error(context: CheckContext, code: str) -> Iterator[CheckResult]:
    status = context.response.wire.status
    same_code = context.case.expectation.errors_with_code(code)
    match = next((acceptance for acceptance in same_code if acceptance.status == status), None)
    row = context.contract.errors.find(code)
    if match is None and same_code and row is not None and row.grade is Grade.DOCUMENTED:
        # The code is right and the status is wrong: error.<code>.status alone reports that.
        match = same_code[0]
    yield from _check_acceptance(context, match, f"{status} {code}")


def _check_acceptance(context: CheckContext, acceptance: Acceptance | None, actual: str) -> Iterator[CheckResult]:
    if acceptance is None:
        error = "an error" if actual == "success" else "another error"
        expected = error if context.case.expectation.success is None else "success"
        yield from _fail_all(context, f"got {actual}, expected {expected}", actual)
    elif acceptance.grade is Grade.TOLERATED:
        accepted = tuple(map(str, context.case.expectation.acceptances))
        message = f"{actual} is tolerated, but not documented for this request"
        for requirement in context.case.requirements:
            yield context.fail_requirement(requirement, message, accepted, actual, "/Code", Grade.TOLERATED)
    else:
        yield from context.pass_all()


def _check_unreadable(context: CheckContext) -> Iterator[CheckResult]:
    """Check the status: nothing else is certain without a readable body."""
    status = context.response.wire.status
    if all(acceptance.status != status for acceptance in context.case.expectation.acceptances):
        yield from _fail_all(context, f"got status {status} and no readable body", status)


def _fail_all(context: CheckContext, message: str, actual: object) -> Iterator[CheckResult]:
    accepted = tuple(map(str, context.case.expectation.acceptances))
    yield from context.fail_all(message, accepted, actual, "status", allow_approximation=False)


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
