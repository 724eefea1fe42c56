"""Asking faster than the instance allows, where the profile permits that."""

from __future__ import annotations

import math
from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.contract.contract import acceptances_of
from imagesearch_conformance.contract.error_table import Provoked
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Acceptance, Expectation
from imagesearch_conformance.model.relation import Relation


def throttling(shop: Workshop) -> Iterator[Case]:
    """The one burst."""
    rate = shop.target.capabilities.throttling_qps
    case_id, title = "throttling.above/burst", "more requests in one second than the instance allows"
    if rate is None:
        yield shop.inapplicable(case_id, title, "the profile claims no throttling_qps")
        return
    # Twice the rate and one more exceeds every window of a second, wherever it begins. A limit of twice the
    # rate looks like a window that began in the middle of the burst: to tell them apart takes several seconds.
    most = 2 * math.ceil(rate) + 1
    case = shop.accepted(case_id, f"{title} ({rate:g})", shop.request())
    expectation = Expectation.of(*case.expectation.acceptances, *_denials(shop))
    yield evolve(
        case,
        probes=(Probe(shop.request(), fresh=True),),
        expectation=expectation,
        relation=Relation.REFUSED_IN_BURST,
        burst=most,
    )


def _denials(shop: Workshop) -> Iterator[Acceptance]:
    for row in shop.contract.errors.rows:
        if row.provoked is Provoked.RATE:
            yield from acceptances_of(row, None, "the rate is exceeded")
