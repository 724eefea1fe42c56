"""What became of every case and requirement between two runs, and whether that is a regression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.reports.compare.comparability import (
    ComparabilityNote,
    comparability_notes,
    has_different_subjects,
)
from imagesearch_conformance.reports.compare.latency import LatencyComparison, compare_latency
from imagesearch_conformance.reports.compare.match import ResultPair, match_results
from imagesearch_conformance.reports.compare.missing import MissingResults
from imagesearch_conformance.reports.compare.reported_result import (
    ReportedResult,
    reported_cases,
    reported_requirements,
)
from imagesearch_conformance.reports.deviations import is_failing, reported_deviations


class ChangeKind(StrEnum):
    """What became of a case or requirement, the gravest first."""

    NEW_FAILURE = "newFailure"  #: fails, and did not fail before, whatever it was then
    LOST = "lost"  #: was judged before, and is skipped, errored or not applicable now
    VANISHED = "vanished"  #: is not in the new report
    FIXED = "fixed"  #: failed before, and passes now
    CHANGED_OUTCOME = "changedOutcome"  #: any other change of the outcome
    CHANGED_CODE = "changedCode"  #: the same outcome, but other statuses or codes in the replies
    NEW = "new"  #: is not in the old report, and does not fail


class ComparisonResult(StrEnum):
    """What a comparison says as a whole."""

    REGRESSION = "regression"
    NO_REGRESSION = "noRegression"
    INCONCLUSIVE = "inconclusive"


@frozen
class Change:
    """What became of one case or requirement; `why` is the reason or finding that explains it best."""

    kind: ChangeKind
    old: ReportedResult | None
    new: ReportedResult | None
    regression: bool
    reason: str | None = None


@frozen
class Comparison:
    """Two reports side by side: what changed, how many did not, and in what they are not comparable."""

    old: dict[str, Any] = field(repr=False)
    new: dict[str, Any] = field(repr=False)
    notes: tuple[ComparabilityNote, ...]
    requirements: tuple[Change, ...]
    cases: tuple[Change, ...]
    unchanged_counts: tuple[int, int]
    common_requirements: int
    latency: LatencyComparison

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that changed."""
        return (*self.requirements, *self.cases)

    @property
    def result(self) -> ComparisonResult:
        """A regression as soon as anything shows one; without one, nothing can be said of a run that ended early."""
        if has_different_subjects(self.old, self.new):
            return ComparisonResult.INCONCLUSIVE
        if any(one.regression for one in self.changes) or self.newly_failing_deviations:
            return ComparisonResult.REGRESSION
        return ComparisonResult.INCONCLUSIVE if self.inconclusive_reason else ComparisonResult.NO_REGRESSION

    @property
    def newly_failing_deviations(self) -> tuple[str, ...]:
        """Known departures that fail the new run by themselves, and did not fail the old one."""
        before, after = (
            [one["requirement"] for one in reported_deviations(each) if is_failing(one)]
            for each in (self.old, self.new)
        )
        return tuple(one for one in after if one not in before)

    @property
    def inconclusive_reason(self) -> str | None:
        """Why it cannot be said that nothing regressed, if so."""
        if has_different_subjects(self.old, self.new):
            return "one report judges an endpoint and the other a client"
        if not self.new["complete"]:
            return f"the new run ended early: {self.new['trouble'] or 'it does not say why'}"
        return None if self.common_requirements else "there is no requirement that both runs judged"

    def count_by_kind(self, changes: Iterable[Change]) -> Mapping[ChangeKind, int]:
        """How many changes there are of each kind; every kind has an entry."""
        found = Counter(one.kind for one in changes)
        return {kind: found[kind] for kind in ChangeKind}


def compare_reports(old: dict[str, Any], new: dict[str, Any], success_status: int) -> Comparison:
    """Compares two reports; `success` is the status of a success."""
    if has_different_subjects(old, new):
        return Comparison(
            old,
            new,
            comparability_notes(old, new),
            (),
            (),
            unchanged_counts=(0, 0),
            common_requirements=0,
            latency=LatencyComparison(),
        )
    requirements = match_results(reported_requirements(old), reported_requirements(new))
    cases = match_results(reported_cases(old, success_status), reported_cases(new, success_status))
    absent = MissingResults(new, old["suite"]["specDigest"])
    changed = [[_build_change(pair, absent) for pair in found] for found in (requirements, cases)]
    kept = [tuple(one for one in found if one is not None) for found in changed]
    return Comparison(
        old, new, comparability_notes(old, new), kept[0], kept[1],
        unchanged_counts=(changed[0].count(None), changed[1].count(None)),
        common_requirements=sum(before is not None and after is not None and before.is_judged and after.is_judged
                   for before, after in requirements),
        latency=compare_latency(cases),
    )  # fmt: skip


def change_kind(old: ReportedResult | None, new: ReportedResult | None) -> ChangeKind | None:
    """What became of one case or requirement; None where nothing did."""
    if new is None:
        return ChangeKind.VANISHED
    if new.outcome is Outcome.FAILED and (old is None or old.outcome is not Outcome.FAILED):
        return ChangeKind.NEW_FAILURE
    if old is None:
        return ChangeKind.NEW
    if old.is_judged and not new.is_judged:
        return ChangeKind.LOST
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
    if kind is ChangeKind.VANISHED and old is not None:
        return Change(kind, old, new, missing.is_regression(old), missing.reason(old))
    if kind is ChangeKind.LOST and old is not None and new is not None:
        return Change(kind, old, new, missing.is_regression(old, new), new.explanation)
    said = (
        old.explanation
        if kind is ChangeKind.FIXED and old is not None
        else new.explanation
        if new is not None
        else None
    )
    return Change(kind, old, new, kind is ChangeKind.NEW_FAILURE, said)
