"""Asking faster than the instance allows, where the profile permits that."""

from __future__ import annotations

import math
from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.contract.contract import row_acceptances
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Relation


def throttling_cases(builder: CaseBuilder) -> Iterator[Case]:
    """The one burst."""
    rate = builder.target.capabilities.throttling_qps
    case_id, title = "throttling.above/burst", "more requests in one second than the instance allows"
    if rate is None:
        yield builder.not_applicable_case(case_id, title, "the profile claims no throttling_qps")
        return
    # Twice the rate and one more exceeds every window of a second, wherever it begins. A limit of twice the
    # rate looks like a window that began in the middle of the burst: to tell them apart takes several seconds.
    most = 2 * math.ceil(rate) + 1
    case = builder.success_case(case_id, f"{title} ({rate:g})", builder.request())
    expectation = Expectation.from_acceptances(*case.expectation.acceptances, *_rate_limit_acceptances(builder))
    yield evolve(
        case,
        probes=(Probe(builder.request(), fresh=True),),
        expectation=expectation,
        relation=Relation.RATE_LIMITED_BURST,
        burst_size=most,
    )


def _rate_limit_acceptances(builder: CaseBuilder) -> Iterator[Acceptance]:
    for row in builder.contract.errors.rows:
        if row.trigger is ErrorTrigger.RATE_LIMIT:
            yield from row_acceptances(row, None, "the rate is exceeded")
