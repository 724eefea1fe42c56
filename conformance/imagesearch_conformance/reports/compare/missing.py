"""What a new report does not tell any more, why, and whether that is held against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.cases.generated_placeholders import (
    EXAMPLE_PREFIX,
    REPORTED_ELSEWHERE_PREFIX,
    SUMMARY_CASE_IDS,
)
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON
from imagesearch_conformance.reports.compare.match import is_example
from imagesearch_conformance.reports.compare.reported_result import OUTCOMES_WITHOUT_JUDGEMENT, ReportedResult


@frozen
class MissingResults:
    """Explains what a new report does not have, and whether that is held against it.

    `digest` is that of the contract of the old one.
    """

    new_report: dict[str, Any] = field(repr=False)
    old_contract_digest: str
    _requirements: Mapping[str, dict[str, Any]] = field(init=False, repr=False)

    _cases: Mapping[str, dict[str, Any]] = field(init=False, repr=False)

    @_requirements.default
    def _requirements_by_id(self) -> Mapping[str, dict[str, Any]]:
        return {one["id"]: one for one in self.new_report["requirements"]}

    @_cases.default
    def _cases_by_id(self) -> Mapping[str, dict[str, Any]]:
        return {one["id"]: one for one in self.new_report["cases"]}

    def is_regression(self, old: ReportedResult, new: ReportedResult | None = None) -> bool:
        """Whether it is a regression: a judgement is gone, and not by chance or because the whole run ended early."""
        if not self.new_report["complete"] or is_example(old):
            return False
        return old.is_judged and not (new is not None and self._is_due_to_chance(old, new))

    def _is_due_to_chance(self, old: ReportedResult, new: ReportedResult) -> bool:
        """Whether it depends on the requests that happened to be generated, of which there were some.

        What they depart from has cases and requirements of its own, which tell.
        """
        if new.outcome is not Outcome.NOT_APPLICABLE:
            return False
        return _is_reported_elsewhere(new.explanation) or (
            bool(old.cases) and all(map(self._has_new_examples, old.cases))
        )

    def _has_new_examples(self, case_id: str) -> bool:
        """Whether a case stands for generated requests, or is one, and the new run made some of that kind."""
        source = case_id.partition("/")[0]
        if case_id.partition("/")[2].startswith(EXAMPLE_PREFIX) and source in SUMMARY_CASE_IDS:
            case_id = SUMMARY_CASE_IDS[source]
        found = self._cases.get(case_id) if case_id in SUMMARY_CASE_IDS.values() else None
        return found is not None and (
            Outcome(found["outcome"]) not in OUTCOMES_WITHOUT_JUDGEMENT or _is_reported_elsewhere(found["reason"])
        )

    def reason(self, old: ReportedResult) -> str:
        """Why a case or requirement is not there, as far as the new report tells."""
        if not self.new_report["complete"]:
            return "the new run ended early"
        own = [self._requirements.get(name) for name in old.requirements]
        if None in own or (not own and old.id not in self._requirements):
            return "the contract of the new run does not have it"
        if is_example(old):
            said = ", ".join(f"{one['id']} {one['outcome']}" for one in own if one is not None)
            return f"a generated example is in a report only while it departs from something; now: {said}"
        if any(one is not None and one["reason"] == NOT_SELECTED_REASON for one in own):
            return NOT_SELECTED_REASON
        suite = self.new_report["suite"]
        if suite["specDigest"] != self.old_contract_digest:
            return "the contract of the new run makes other cases, it seems"
        chosen = suite.get("select") or suite.get("deselect")
        return "left out by what was selected, it seems" if chosen else "the new report does not say why"


def _is_reported_elsewhere(reason: str | None) -> bool:
    return (reason or "").startswith(REPORTED_ELSEWHERE_PREFIX)
