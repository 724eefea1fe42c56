"""The cases of a report beside those that the suite makes of the same survey: none is missing, and none is another."""

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

#: Stands for keys that a report does not hold: which cases there are depends on whether there are any.
_DUMMY_CREDENTIALS = Credentials("", "")


def compare_case_list(report: dict[str, Any], contract: Contract, entries: ReportEntries) -> VerificationFindings:
    """Where the list of cases is not the one that is made for the target; raises BadInput for what is no survey."""
    if report.get("survey") is None:
        reason = "the report does not store what they were made of, so nobody can tell whether one is missing"
        return (
            VerificationFindings(unverifiable=(Unverifiable("cases", reason),))
            if entries.cases
            else VerificationFindings()
        )
    made = _rebuild_cases(report, contract)
    if isinstance(made, str):
        return VerificationFindings((Difference(REPORT_FILE, "survey", made, "what was learned of the target"),))
    options = restore_options(report)
    due = {one.id: one for one in made if is_selected(contract, one, options)}
    return VerificationFindings(tuple(_case_differences(due, entries)))


def unselected_cases(report: dict[str, Any], contract: Contract) -> tuple[Case, ...]:
    """The cases that the user left out; raises BadInput for what is no survey."""
    made = () if report.get("survey") is None else _rebuild_cases(report, contract)
    options = restore_options(report)
    return () if isinstance(made, str) else tuple(one for one in made if not is_selected(contract, one, options))


def restore_options(report: dict[str, Any]) -> Options:
    """What was selected in the run of a report."""
    suite = report["suite"]
    return Options(select=suite.get("select", ()), deselect=suite.get("deselect", ()))


def _rebuild_cases(report: dict[str, Any], contract: Contract) -> tuple[Case, ...] | str:
    """Every case that the suite makes of a stored survey, or what is wrong with that."""
    survey, suite = deserialize_survey(report["survey"], "survey"), report["suite"]
    try:
        return build_cases(
            contract, _target_with_credentials(report["target"]), survey, suite["seed"], suite.get("examples", 0)
        )
    except Exception as problem:  # noqa: BLE001 of what somebody made up anything may come
        return f"one of which no cases can be made ({type(problem).__name__})"


def _target_with_credentials(data: dict[str, Any]) -> Target:
    signed = SignatureScheme(data["signature"]) is not SignatureScheme.NONE
    target = restore_target(data, data["endpoint"], _DUMMY_CREDENTIALS if signed else None)
    return evolve(target, unauthorized_credentials=_DUMMY_CREDENTIALS if data.get("unauthorized") else None)


def _case_differences(expected: dict[str, Case], entries: ReportEntries) -> Iterator[Difference]:
    found = {one.case.id: one.case for one in entries.cases}
    generated = {one.case_id for one in entries.generated if one.entry is None}
    for name, case in expected.items():
        if name not in found:
            yield Difference(REPORT_FILE, "cases", f"nothing of {name}", "what became of it")
        elif not _is_same_case(found[name], case):
            yield Difference(REPORT_FILE, f"case {name}: definition", "something else", "what the suite asks")
    for name in found:
        if name not in expected and name not in generated:
            yield Difference(
                REPORT_FILE, f"case {name}", "that it is a case", "nothing of it: the suite has no such case"
            )


def _is_same_case(reported: Case, expected: Case) -> bool:
    """Whether two cases are the same; what stands for generated requests counts them in its title."""
    return (evolve(reported, title=expected.title) if expected.examples is not None else reported) == expected
