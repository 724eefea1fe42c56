"""Results that a new report does not have any more: the reason, and whether that is a regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.cases.generated_placeholders import (
    EXAMPLE_PREFIX,
    REPORTED_ELSEWHERE_PREFIX,
    SUMMARY_CASE_IDS,
)
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON
from imagesearch_conformance.reports.compare.match import is_example
from imagesearch_conformance.reports.compare.reported_result import OUTCOMES_WITHOUT_JUDGEMENT, ReportedResult


@frozen
class MissingResults:
    """Explains results that the new report does not have or did not judge."""

    new_report: dict[str, Any] = field(repr=False)
    old_contract_digest: str
    _requirements: Mapping[str, dict[str, Any]] = field(init=False, repr=False)

    _cases: Mapping[str, dict[str, Any]] = field(init=False, repr=False)

    @_requirements.default
    def _requirements_by_id(self) -> Mapping[str, dict[str, Any]]:
        return {requirement["id"]: requirement for requirement in self.new_report["requirements"]}

    @_cases.default
    def _cases_by_id(self) -> Mapping[str, dict[str, Any]]:
        return {case["id"]: case for case in self.new_report["cases"]}

    def is_regression(self, old: ReportedResult, new: ReportedResult | None = None) -> bool:
        """Return True if a judgement is missing, and neither chance nor an early end of the run explains that."""
        if not self.new_report["complete"] or is_example(old):
            return False
        return old.is_judged and not (new is not None and self._is_due_to_chance(old, new))

    def _is_due_to_chance(self, old: ReportedResult, new: ReportedResult) -> bool:
        """Return True if the result depends on the generated requests, and the new run sent some.

        What generated requests violate has cases and requirements of its own, which do not depend on chance.
        """
        if new.outcome is not Outcome.NOT_APPLICABLE:
            return False
        return _is_reported_elsewhere(new.explanation) or (
            bool(old.cases) and all(map(self._has_new_examples, old.cases))
        )

    def _has_new_examples(self, case_id: str) -> bool:
        """Return True if a case is, or stands for, generated requests, and the new run sent some of that kind."""
        source = case_id.partition("/")[0]
        if case_id.partition("/")[2].startswith(EXAMPLE_PREFIX) and source in SUMMARY_CASE_IDS:
            case_id = SUMMARY_CASE_IDS[source]
        summary_case = self._cases.get(case_id) if case_id in SUMMARY_CASE_IDS.values() else None
        return summary_case is not None and (
            Outcome(summary_case["outcome"]) not in OUTCOMES_WITHOUT_JUDGEMENT
            or _is_reported_elsewhere(summary_case["reason"])
        )

    def reason(self, old: ReportedResult) -> str:
        """Return the reason why a case or requirement is missing, as far as the new report shows it."""
        if not self.new_report["complete"]:
            return "the new run ended early"
        own = [self._requirements.get(requirement_id) for requirement_id in old.requirements]
        requirements = [requirement for requirement in own if requirement is not None]
        if len(requirements) < len(own) or (not own and old.id not in self._requirements):
            return "not in the contract of the new run"
        if is_example(old):
            outcomes = ", ".join(f"{requirement['id']} {requirement['outcome']}" for requirement in requirements)
            return f"generated examples are reported only with findings; now: {outcomes}"
        if any(requirement["reason"] == NOT_SELECTED_REASON for requirement in requirements):
            return NOT_SELECTED_REASON
        suite = self.new_report["suite"]
        if suite["specDigest"] != self.old_contract_digest:
            return "probably not in the contract of the new run"
        selected = suite.get("select") or suite.get("deselect")
        return "probably not selected" if selected else "the new report gives no reason"


def _is_reported_elsewhere(reason: str | None) -> bool:
    return (reason or "").startswith(REPORTED_ELSEWHERE_PREFIX)
