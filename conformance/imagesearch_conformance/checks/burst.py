"""Whether asking too fast was refused, and whether the asking was fast enough to tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from imagesearch_conformance.checks.reading import Kind
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange

#: The span within which the requests of a burst are counted.
SECONDS_OF_A_BURST = 1.0

_SECOND = timedelta(seconds=SECONDS_OF_A_BURST)


def denied(view: View) -> bool:
    """Whether a reply refuses a request for the number of requests."""
    return view.contract.errors.denies(view.reading.code)


def too_slow(case: Case, views: Sequence[View], exchanges: Sequence[Exchange]) -> str | None:
    """Why a burst without a refusal says nothing, or None."""
    if any(denied(view) for view in views):
        return None
    most = max(_answered_within(one.sent_at, exchanges) for one in exchanges)
    if most >= (case.burst or 0):
        return None
    return f"only {most} requests were answered within a second, and {case.burst} are needed to be sure of the rate"


def _answered_within(begin: datetime, exchanges: Sequence[Exchange]) -> int:
    """How many exchanges began and ended in the second from a moment on: a queue may spread what was sent at once."""
    return sum(
        1
        for one in exchanges
        if begin <= one.sent_at and one.sent_at + timedelta(seconds=one.seconds) <= begin + _SECOND
    )


def check_burst(views: Sequence[View]) -> Iterator[Remark]:
    """One remark: at least one request of the burst was refused; none where replies cannot be read."""
    last = views[-1]
    if any(denied(view) for view in views):
        yield from (last.held(requirement) for requirement in last.case.requirements)
    elif all(view.reading.kind is Kind.SUCCESS for view in views):
        expected = tuple(str(one) for one in last.case.expectation.acceptances if one.code)
        message = f"none of {len(views)} requests within a second was refused"
        for requirement in last.case.requirements:
            yield last.departed(requirement, message, expected, "success each time", "status")
