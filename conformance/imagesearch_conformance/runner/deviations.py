"""What a run has to say of departures that are known: which occurred, which are over, and which are gone.

That one is gone is only said where everything was looked at that could have shown it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from attrs import frozen

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.deviation import Deviation, DeviationResult, State
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.requirement import Judged, Requirement
from imagesearch_conformance.runner.planning import fits
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import NOT_SELECTED, CaseResult, RequirementResult

#: Where the rows of error codes lie: every refusal with a code shows how its row is kept, whatever was asked.
_ROWS = "errors/"

_UNJUDGED = frozenset({Outcome.SKIPPED, Outcome.ERRORED})


def day_of(moment: datetime) -> date:
    """The day in UTC, by which deviations are dated."""
    return moment.astimezone(UTC).date()


def accepted(deviations: Iterable[Deviation], day: date) -> frozenset[str]:
    """The requirements whose departures fail nothing in a run that begins on a day."""
    return frozenset(one.requirement for one in deviations if one.holds(day))


@frozen
class Look:
    """Everything that a run looked at, to tell what became of deviations.

    `unselected` are cases that the user left out, `day` is the one (UTC) on which the run began,
    `generated` every generated request that was judged, `judged` what holds for all exchanges together,
    `trouble` why it ended early. `recorded` says that others had asked whatever was asked.
    """

    options: Options
    day: date
    unselected: Sequence[Case]
    unwanted: frozenset[str]
    results: Sequence[CaseResult]
    generated: Sequence[CaseResult]
    judged: Mapping[str, Judgement]
    trouble: str | None
    recorded: bool = False

    @property
    def left_out(self) -> frozenset[str]:
        """The requirements of which not every case was selected."""
        return self.unwanted.union(*(case.requirements for case in self.unselected))

    def told(self, deviation: Deviation, result: RequirementResult) -> DeviationResult:
        """What became of a deviation from a requirement that came out so."""
        state, explanation = self._state(deviation, result)
        return DeviationResult(deviation, state, explanation)

    def _state(self, deviation: Deviation, result: RequirementResult) -> tuple[State, str]:
        if not self._selected(result):
            return State.NOT_SELECTED, "this run was not asked about the requirement"
        if not deviation.holds(self.day):
            ended = f"it ended on {deviation.expires}, and the run began on {self.day}"
            return State.EXPIRED, f"{ended}: mend the target, or agree on another day; remove it once it is mended"
        if self._departed(self.results, deviation.requirement) or self._of_run(deviation.requirement).findings:
            return State.APPLIED, f"it was met, and fails nothing until {deviation.expires} is over (UTC)"
        if reason := self._untold(result):
            return State.UNTOLD, f"it was not met, but {reason}"
        if self.recorded:
            # Nobody asked for what would show it.
            return State.UNTOLD, "it was not met in what was recorded"
        return State.GONE, "all that could show it was looked at, and nothing departed: remove it from the file"

    def _selected(self, result: RequirementResult) -> bool:
        """Whether the run was about a requirement: it was asked for, or looked at without that."""
        requirement = result.requirement
        if requirement.id in self.unwanted or result.reason == NOT_SELECTED:
            return False
        seen = result.outcome is not Outcome.NOT_APPLICABLE or bool(result.cases)
        return seen or not self.options.select or fits((requirement.id, requirement.area), self.options.select)

    def _of_run(self, requirement: str) -> Judgement:
        return self.judged.get(requirement, Judgement())

    @staticmethod
    def _departed(results: Iterable[CaseResult], requirement: str) -> bool:
        return any(requirement in one.departures for one in results)

    def _untold(self, result: RequirementResult) -> str | None:
        """Why nobody can say that the departure is gone, or None."""
        requirement = result.requirement
        if self.trouble is not None:
            return f"not everything was looked at: {self.trouble}"
        if result.outcome is not Outcome.PASSED:
            return f"the requirement could not be judged: {result.reason}"
        if self._departed(self.generated, requirement.id):
            return "generated requests met it in a way that is tolerated"
        if not self._shown(requirement.id):
            return "only requests that are generated by chance show it"
        return self._unshown(requirement) or self._unsteady(requirement.id)

    def _shown(self, requirement: str) -> bool:
        """Whether requests that are the same in every run exercised a requirement."""
        plain = (one for one in self.results if one.case.examples is None)
        exercised = any(requirement in one.judgement.exercised for one in plain)
        return exercised or requirement in self._of_run(requirement).exercised

    def _unshown(self, requirement: Requirement) -> str | None:
        """Which cases that could have shown it were not made, or showed nothing."""
        name = requirement.id
        missed = [one.id for one in self.unselected if _shows(requirement, name in one.requirements)]
        missed += [
            one.case.id
            for one in self.results
            if (name in one.case.requirements and name not in one.judgement.exercised)
            or (_shows(requirement, own=False) and one.outcome in _UNJUDGED)
        ]
        more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
        return f"not all that may show it was looked at: {missed[0]}{more}" if missed else None

    def _unsteady(self, requirement: str) -> str | None:
        """The case whose replies departed from each other once, and not again."""
        for one in self.results:
            if one.rounds > 1 and requirement in one.case.requirements:
                return f"the replies to {one.case.id} depart from each other in one round and not in the next"
        return None


def _shows(requirement: Requirement, own: bool) -> bool:  # noqa: FBT001 whether the case is made for it
    """Whether a case may show how a requirement is kept: one of its own, or any where every reply does."""
    everywhere = requirement.judged is not Judged.CASE or (requirement.pointer or "").startswith(_ROWS)
    return own or everywhere
