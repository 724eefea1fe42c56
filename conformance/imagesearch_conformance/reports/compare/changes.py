"""Changes of cases and requirements between two runs, and whether they are regressions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.cases.generated_placeholders import (
    EXAMPLE_PREFIX,
    REPORTED_ELSEWHERE_PREFIX,
    SUMMARY_CASE_IDS,
)
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON
from imagesearch_conformance.reports.compare.comparability import (
    ComparabilityNote,
    comparability_notes,
    has_different_subjects,
)
from imagesearch_conformance.reports.compare.results import (
    OUTCOMES_WITHOUT_JUDGEMENT,
    LatencyComparison,
    ReportedResult,
    ResultPair,
    compare_latency,
    is_example,
    match_results,
    reported_cases,
    reported_requirements,
)
from imagesearch_conformance.reports.index import is_failing, reported_deviations


class ChangeKind(StrEnum):
    """The kind of a change of a case or requirement, most severe first."""

    NEW_FAILURE = "newFailure"  #: fails now, and did not fail before
    NOT_JUDGED = "notJudged"  #: was judged before, and is skipped, errored or not applicable now
    MISSING = "missing"  #: is not in the new report
    FIXED = "fixed"  #: failed before, and passes now
    CHANGED_OUTCOME = "changedOutcome"  #: any other change of the outcome
    CHANGED_CODE = "changedCode"  #: the same outcome with other statuses or codes in the responses
    NEW = "new"  #: is not in the old report, and does not fail


class ComparisonResult(StrEnum):
    """The result of a comparison."""

    REGRESSION = "regression"
    NO_REGRESSION = "noRegression"
    INCONCLUSIVE = "inconclusive"


@frozen
class Change:
    """The change of one case or requirement; `reason` is the reason or finding that explains it best."""

    kind: ChangeKind
    old: ReportedResult | None
    new: ReportedResult | None
    is_regression: bool
    reason: str | None = None


@frozen
class Comparison:
    """Two reports with their changes, the number of unchanged results, and limits of comparability.

    `unchanged_counts` are those of requirements and cases; `common_requirements` is the number of
    requirements that both runs judged.
    """

    old: dict[str, Any] = field(repr=False)
    new: dict[str, Any] = field(repr=False)
    notes: tuple[ComparabilityNote, ...]
    requirements: tuple[Change, ...] = ()
    cases: tuple[Change, ...] = ()
    unchanged_counts: tuple[int, int] = (0, 0)
    common_requirements: int = 0
    latency: LatencyComparison = field(factory=LatencyComparison)

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*self.requirements, *self.cases)

    @property
    def result(self) -> ComparisonResult:
        """One regression decides; without one, an incomplete run is inconclusive."""
        if has_different_subjects(self.old, self.new):
            return ComparisonResult.INCONCLUSIVE
        if any(change.is_regression for change in self.changes) or self.newly_failing_deviations:
            return ComparisonResult.REGRESSION
        return ComparisonResult.INCONCLUSIVE if self.inconclusive_reason else ComparisonResult.NO_REGRESSION

    @property
    def newly_failing_deviations(self) -> tuple[str, ...]:
        """Requirements whose known deviations themselves fail the new run, and did not fail the old one."""
        before, after = (
            [deviation["requirement"] for deviation in reported_deviations(report) if is_failing(deviation)]
            for report in (self.old, self.new)
        )
        return tuple(requirement_id for requirement_id in after if requirement_id not in before)

    @property
    def inconclusive_reason(self) -> str | None:
        """The reason why a regression cannot be excluded, or None."""
        if has_different_subjects(self.old, self.new):
            return "one report is about an endpoint, the other about a client"
        if not self.new["complete"]:
            return f"the new run ended early: {self.new['stopReason'] or 'no reason given'}"
        return None if self.common_requirements else "no requirement was judged in both runs"

    def count_by_kind(self, changes: Iterable[Change]) -> Mapping[ChangeKind, int]:
        """Return the number of changes of each kind, zeros included."""
        counts = Counter(change.kind for change in changes)
        return {kind: counts[kind] for kind in ChangeKind}


def compare_reports(old: dict[str, Any], new: dict[str, Any], success_status: int) -> Comparison:
    """Compare two reports; `success_status` is the status of a success response."""
    notes = comparability_notes(old, new)
    if has_different_subjects(old, new):
        return Comparison(old, new, notes)
    requirements = match_results(reported_requirements(old), reported_requirements(new))
    cases = match_results(reported_cases(old, success_status), reported_cases(new, success_status))
    missing = MissingResults(new, old["suite"]["specDigest"])
    requirement_changes, case_changes = (
        [_build_change(pair, missing) for pair in pairs] for pairs in (requirements, cases)
    )
    return Comparison(
        old,
        new,
        notes,
        tuple(change for change in requirement_changes if change is not None),
        tuple(change for change in case_changes if change is not None),
        unchanged_counts=(requirement_changes.count(None), case_changes.count(None)),
        common_requirements=sum(
            before is not None and after is not None and before.is_judged and after.is_judged
            for before, after in requirements
        ),
        latency=compare_latency(cases),
    )


def change_kind(old: ReportedResult | None, new: ReportedResult | None) -> ChangeKind | None:
    """Return the kind of change of one case or requirement, or None if nothing changed."""
    if new is None:
        return ChangeKind.MISSING
    if new.outcome is Outcome.FAILED and (old is None or old.outcome is not Outcome.FAILED):
        return ChangeKind.NEW_FAILURE
    if old is None:
        return ChangeKind.NEW
    if old.is_judged and not new.is_judged:
        return ChangeKind.NOT_JUDGED
    if old.outcome is new.outcome:
        return ChangeKind.CHANGED_CODE if old.id == new.id and old.response_labels != new.response_labels else None
    return (
        ChangeKind.FIXED
        if (old.outcome, new.outcome) == (Outcome.FAILED, Outcome.PASSED)
        else ChangeKind.CHANGED_OUTCOME
    )


def _build_change(pair: ResultPair, missing: MissingResults) -> Change | None:
    old, new = pair
    kind = change_kind(old, new)
    if kind is None:
        return None
    if kind is ChangeKind.MISSING and old is not None:
        return Change(kind, old, new, missing.is_regression(old), missing.reason(old))
    if kind is ChangeKind.NOT_JUDGED and old is not None and new is not None:
        return Change(kind, old, new, missing.is_regression(old, new), new.explanation)
    result = old if kind is ChangeKind.FIXED else new
    reason = None if result is None else result.explanation
    return Change(kind, old, new, kind is ChangeKind.NEW_FAILURE, reason)


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
