"""Each documented error code, requested by the fault header where the target has one."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade


def error_mapping_cases(builder: CaseBuilder) -> Iterator[Case]:
    header = builder.target.capabilities.fault_header
    for row in builder.contract.errors.documented_rows:
        yield _fault_header_case(builder, row, header)


def _fault_header_case(builder: CaseBuilder, row: ErrorRow, fault_header: str | None) -> Case:
    requirements = (f"error.{row.code}.status", f"error.{row.code}.message")
    case_id, title = f"{requirements[0]}/fault-header", f"the fault header asks for {row.code}"
    if fault_header is None:
        reason = "the profile claims no fault_header, and no response of this run has the code"
        return evolve(builder.not_applicable_case(case_id, title, reason), requirements=requirements)
    request = evolve(builder.request(), headers=((fault_header, row.code),))
    acceptance = Acceptance(row.status, row.code, Grade.DOCUMENTED, "the documentation lists the code so")
    return Case(case_id, title, requirements, (Probe(request),), Expectation.from_acceptances(acceptance))
