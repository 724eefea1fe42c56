"""Comparison of the cases of a report with those that the suite builds from the same survey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.reports.case_serialization import deserialize_survey
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.restore import restore_target
from imagesearch_conformance.runner.plan import is_selected
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verification.difference import Difference, Unverifiable, VerificationFindings
from imagesearch_conformance.verification.report_entries import ReportEntries

#: Replaces the keys, which a report does not contain: some cases exist only for a target with keys.
_DUMMY_CREDENTIALS = Credentials("", "")


def compare_case_list(report: dict[str, Any], contract: Contract, entries: ReportEntries) -> VerificationFindings:
    """Compare the list of cases with the one built for the target; raises InvalidInput for an invalid survey."""
    if report.get("survey") is None:
        reason = "the report does not store the survey, so a missing case cannot be noticed"
        unverifiable = (Unverifiable("cases", reason),) if entries.cases else ()
        return VerificationFindings(unverifiable=unverifiable)
    cases = _rebuild_cases(report, contract)
    if isinstance(cases, str):
        return VerificationFindings((Difference(REPORT_FILE, "survey", cases, "the survey of the target"),))
    options = restore_options(report)
    expected = {case.id: case for case in cases if is_selected(contract, case, options)}
    return VerificationFindings(tuple(_case_differences(expected, entries)))


def unselected_cases(report: dict[str, Any], contract: Contract) -> tuple[Case, ...]:
    """Return the cases that were not selected; raises InvalidInput for an invalid survey."""
    cases = () if report.get("survey") is None else _rebuild_cases(report, contract)
    options = restore_options(report)
    return () if isinstance(cases, str) else tuple(case for case in cases if not is_selected(contract, case, options))


def restore_options(report: dict[str, Any]) -> Options:
    """Return the selection of the run of a report."""
    suite = report["suite"]
    return Options(select=suite.get("select", ()), deselect=suite.get("deselect", ()))


def _rebuild_cases(report: dict[str, Any], contract: Contract) -> tuple[Case, ...] | str:
    """Return the cases that the suite builds from the stored survey, or a description of a faulty survey."""
    survey, suite = deserialize_survey(report["survey"], "survey"), report["suite"]
    try:
        return build_cases(
            contract, _target_with_credentials(report["target"]), survey, suite["seed"], suite.get("examples", 0)
        )
    except Exception as problem:  # noqa: BLE001 a manipulated survey may cause any exception
        return f"one from which no cases can be built ({type(problem).__name__})"


def _target_with_credentials(data: dict[str, Any]) -> Target:
    is_signed = SignatureScheme(data["signature"]) is not SignatureScheme.NONE
    target = restore_target(data, data["endpoint"], _DUMMY_CREDENTIALS if is_signed else None)
    return evolve(target, unauthorized_credentials=_DUMMY_CREDENTIALS if data.get("unauthorized") else None)


def _case_differences(expected: dict[str, Case], entries: ReportEntries) -> Iterator[Difference]:
    reported = {entry.case.id: entry.case for entry in entries.cases}
    generated = {example.case_id for example in entries.generated if example.entry is None}
    for case_id, case in expected.items():
        if case_id not in reported:
            yield Difference(REPORT_FILE, "cases", "none", f"an entry for {case_id}")
        elif not _is_same_case(reported[case_id], case):
            yield Difference(
                REPORT_FILE, f"case {case_id}: definition", "another definition", "the definition of the suite"
            )
    for case_id in reported:
        if case_id not in expected and case_id not in generated:
            yield Difference(REPORT_FILE, f"case {case_id}", "an entry", "no entry, the suite does not have this case")


def _is_same_case(reported: Case, expected: Case) -> bool:
    """Return True for equal cases; the title of a summary of generated requests contains their number."""
    return (evolve(reported, title=expected.title) if expected.examples is not None else reported) == expected
