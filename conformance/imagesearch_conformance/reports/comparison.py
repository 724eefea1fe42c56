"""What became of every case and requirement between two runs, and whether that is a regression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.reports.absence import Absence
from imagesearch_conformance.reports.comparability import Note, apart, notes
from imagesearch_conformance.reports.deviations import deviations_of, fails
from imagesearch_conformance.reports.pace import Pace, pace
from imagesearch_conformance.reports.pairing import Pair, pairs
from imagesearch_conformance.reports.standing import Standing, of_cases, of_requirements


class Kind(StrEnum):
    """What became of a case or requirement, the gravest first."""

    NEW_FAILURE = "newFailure"  #: fails, and did not fail before, whatever it was then
    LOST = "lost"  #: was judged before, and is skipped, errored or not applicable now
    VANISHED = "vanished"  #: is not in the new report
    FIXED = "fixed"  #: failed before, and passes now
    CHANGED_OUTCOME = "changedOutcome"  #: any other change of the outcome
    CHANGED_CODE = "changedCode"  #: the same outcome, but other statuses or codes in the replies
    NEW = "new"  #: is not in the old report, and does not fail


class Result(StrEnum):
    """What a comparison says as a whole."""

    REGRESSION = "regression"
    NO_REGRESSION = "noRegression"
    INCONCLUSIVE = "inconclusive"


@frozen
class Change:
    """What became of one case or requirement; `why` is the reason or finding that explains it best."""

    kind: Kind
    old: Standing | None
    new: Standing | None
    regression: bool
    why: str | None = None


@frozen
class Comparison:
    """Two reports side by side: what changed, how many did not, and in what they are not comparable."""

    old: dict[str, Any] = field(repr=False)
    new: dict[str, Any] = field(repr=False)
    notes: tuple[Note, ...]
    requirements: tuple[Change, ...]
    cases: tuple[Change, ...]
    unchanged: tuple[int, int]
    common: int
    pace: Pace

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that changed."""
        return (*self.requirements, *self.cases)

    @property
    def result(self) -> Result:
        """A regression as soon as anything shows one; without one, nothing can be said of a run that ended early."""
        if apart(self.old, self.new):
            return Result.INCONCLUSIVE
        if any(one.regression for one in self.changes) or self.overdue:
            return Result.REGRESSION
        return Result.INCONCLUSIVE if self.obstacle else Result.NO_REGRESSION

    @property
    def overdue(self) -> tuple[str, ...]:
        """Known departures that fail the new run by themselves, and did not fail the old one."""
        before, after = (
            [one["requirement"] for one in deviations_of(each) if fails(one)] for each in (self.old, self.new)
        )
        return tuple(one for one in after if one not in before)

    @property
    def obstacle(self) -> str | None:
        """Why it cannot be said that nothing regressed, if so."""
        if apart(self.old, self.new):
            return "one report judges an endpoint and the other a client"
        if not self.new["complete"]:
            return f"the new run ended early: {self.new['trouble'] or 'it does not say why'}"
        return None if self.common else "there is no requirement that both runs judged"

    def counts(self, changes: Iterable[Change]) -> Mapping[Kind, int]:
        """How many changes there are of each kind; every kind has an entry."""
        found = Counter(one.kind for one in changes)
        return {kind: found[kind] for kind in Kind}


def compare(old: dict[str, Any], new: dict[str, Any], success: int) -> Comparison:
    """Compares two reports; `success` is the status of a success."""
    if apart(old, new):
        return Comparison(old, new, notes(old, new), (), (), unchanged=(0, 0), common=0, pace=Pace())
    requirements = pairs(of_requirements(old), of_requirements(new))
    cases = pairs(of_cases(old, success), of_cases(new, success))
    absent = Absence(new, old["suite"]["specDigest"])
    changed = [[_change(pair, absent) for pair in found] for found in (requirements, cases)]
    kept = [tuple(one for one in found if one is not None) for found in changed]
    return Comparison(
        old, new, notes(old, new), kept[0], kept[1],
        unchanged=(changed[0].count(None), changed[1].count(None)),
        common=sum(before is not None and after is not None and before.judged and after.judged
                   for before, after in requirements),
        pace=pace(cases),
    )  # fmt: skip


def kind_of(old: Standing | None, new: Standing | None) -> Kind | None:
    """What became of one case or requirement; None where nothing did."""
    if new is None:
        return Kind.VANISHED
    if new.outcome is Outcome.FAILED and (old is None or old.outcome is not Outcome.FAILED):
        return Kind.NEW_FAILURE
    if old is None:
        return Kind.NEW
    if old.judged and not new.judged:
        return Kind.LOST
    if old.outcome is new.outcome:
        return Kind.CHANGED_CODE if old.id == new.id and old.replies != new.replies else None
    return Kind.FIXED if (old.outcome, new.outcome) == (Outcome.FAILED, Outcome.PASSED) else Kind.CHANGED_OUTCOME


def _change(pair: Pair, absence: Absence) -> Change | None:
    old, new = pair
    kind = kind_of(old, new)
    if kind is None:
        return None
    if kind is Kind.VANISHED and old is not None:
        return Change(kind, old, new, absence.regressed(old), absence.reason(old))
    if kind is Kind.LOST and old is not None and new is not None:
        return Change(kind, old, new, absence.regressed(old, new), new.said)
    said = old.said if kind is Kind.FIXED and old is not None else new.said if new is not None else None
    return Change(kind, old, new, kind is Kind.NEW_FAILURE, said)
