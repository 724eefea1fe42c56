"""Every code of the page, asked for through the fault header where the target has one."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade


def mapping(shop: Workshop) -> Iterator[Case]:
    """One case a code."""
    header = shop.target.capabilities.fault_header
    for row in shop.contract.errors.documented:
        yield _asked_for(shop, row, header)


def _asked_for(shop: Workshop, row: ErrorRow, header: str | None) -> Case:
    about = (f"error.{row.code}.status", f"error.{row.code}.message")
    case_id, title = f"{about[0]}/fault-header", f"the fault header asks for {row.code}"
    if header is None:
        reason = "the profile claims no fault_header, and no reply of this run carried the code"
        return evolve(shop.inapplicable(case_id, title, reason), requirements=about)
    request = evolve(shop.request(), headers=((header, row.code),))
    only = Expectation.of(Acceptance(row.status, row.code, Grade.DOCUMENTED, "the page's row for the code"))
    return Case(case_id, title, about, (Probe(request),), only)
