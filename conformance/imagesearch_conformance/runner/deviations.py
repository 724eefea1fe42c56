"""What a run has to say of departures that are known: which occurred, which are over, and which are gone.

That one is gone is only said where everything was looked at that could have shown it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from attrs import frozen

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.deviation import Deviation, DeviationResult, DeviationState
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.requirement import JudgedBy, Requirement
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON, CaseResult, RequirementResult
from imagesearch_conformance.runner.plan import has_match
from imagesearch_conformance.settings.options import Options

#: Where the rows of error codes lie: every refusal with a code shows how its row is kept, whatever was asked.
_ERROR_ROWS = "errors/"

_OUTCOMES_WITHOUT_JUDGEMENT = frozenset({Outcome.SKIPPED, Outcome.ERRORED})


def utc_date(time: datetime) -> date:
    """The day in UTC, by which deviations are dated."""
    return time.astimezone(UTC).date()


def accepted_requirements(deviations: Iterable[Deviation], day: date) -> frozenset[str]:
    """The requirements whose departures fail nothing in a run that begins on a day."""
    return frozenset(one.requirement for one in deviations if one.is_valid_on(day))


@frozen
class DeviationEvidence:
    """Everything that a run looked at, to tell what became of deviations.

    `unselected` are cases that the user left out, `day` is the one (UTC) on which the run began,
    `generated` every generated request that was judged, `judged` what holds for all exchanges together,
    `trouble` why it ended early. `recorded` says that others had asked whatever was asked.
    """

    options: Options
    day: date
    unselected: Sequence[Case]
    deselected_requirements: frozenset[str]
    results: Sequence[CaseResult]
    generated_results: Sequence[CaseResult]
    run_judgements: Mapping[str, Judgement]
    stop_reason: str | None
    is_recording: bool = False

    @property
    def incomplete_requirements(self) -> frozenset[str]:
        """The requirements of which not every case was selected."""
        return self.deselected_requirements.union(*(case.requirements for case in self.unselected))

    def evaluate(self, deviation: Deviation, result: RequirementResult) -> DeviationResult:
        """What became of a deviation from a requirement that came out so."""
        state, explanation = self._state_and_explanation(deviation, result)
        return DeviationResult(deviation, state, explanation)

    def _state_and_explanation(self, deviation: Deviation, result: RequirementResult) -> tuple[DeviationState, str]:
        if not self._is_selected(result):
            return DeviationState.NOT_SELECTED, "this run was not asked about the requirement"
        if not deviation.is_valid_on(self.day):
            ended = f"it ended on {deviation.expires}, and the run began on {self.day}"
            return (
                DeviationState.EXPIRED,
                f"{ended}: mend the target, or agree on another day; remove it once it is mended",
            )
        if (
            self._has_finding(self.results, deviation.requirement)
            or self._whole_run_judgement(deviation.requirement).findings
        ):
            return DeviationState.APPLIED, f"it was met, and fails nothing until {deviation.expires} is over (UTC)"
        if reason := self._undetermined_reason(result):
            return DeviationState.UNDETERMINED, f"it was not met, but {reason}"
        if self.is_recording:
            # Nobody asked for what would show it.
            return DeviationState.UNDETERMINED, "it was not met in what was recorded"
        return (
            DeviationState.RESOLVED,
            "all that could show it was looked at, and nothing departed: remove it from the file",
        )

    def _is_selected(self, result: RequirementResult) -> bool:
        """Whether the run was about a requirement: it was asked for, or looked at without that."""
        requirement = result.requirement
        if requirement.id in self.deselected_requirements or result.reason == NOT_SELECTED_REASON:
            return False
        seen = result.outcome is not Outcome.NOT_APPLICABLE or bool(result.cases)
        return seen or not self.options.select or has_match((requirement.id, requirement.area), self.options.select)

    def _whole_run_judgement(self, requirement: str) -> Judgement:
        return self.run_judgements.get(requirement, Judgement())

    @staticmethod
    def _has_finding(results: Iterable[CaseResult], requirement: str) -> bool:
        return any(requirement in one.violated_requirements for one in results)

    def _undetermined_reason(self, result: RequirementResult) -> str | None:
        """Why nobody can say that the departure is gone, or None."""
        requirement = result.requirement
        if self.stop_reason is not None:
            return f"not everything was looked at: {self.stop_reason}"
        if result.outcome is not Outcome.PASSED:
            return f"the requirement could not be judged: {result.reason}"
        if self._has_finding(self.generated_results, requirement.id):
            return "generated requests met it in a way that is tolerated"
        if not self._is_exercised(requirement.id):
            return "only requests that are generated by chance show it"
        return self._missing_cases_reason(requirement) or self._unstable_case_reason(requirement.id)

    def _is_exercised(self, requirement: str) -> bool:
        """Whether requests that are the same in every run exercised a requirement."""
        plain = (one for one in self.results if one.case.examples is None)
        exercised = any(requirement in one.judgement.exercised for one in plain)
        return exercised or requirement in self._whole_run_judgement(requirement).exercised

    def _missing_cases_reason(self, requirement: Requirement) -> str | None:
        """Which cases that could have shown it were not made, or showed nothing."""
        name = requirement.id
        missed = [one.id for one in self.unselected if _can_exercise(requirement, name in one.requirements)]
        missed += [
            one.case.id
            for one in self.results
            if (name in one.case.requirements and name not in one.judgement.exercised)
            or (_can_exercise(requirement, is_own_case=False) and one.outcome in _OUTCOMES_WITHOUT_JUDGEMENT)
        ]
        more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
        return f"not all that may show it was looked at: {missed[0]}{more}" if missed else None

    def _unstable_case_reason(self, requirement: str) -> str | None:
        """The case whose replies departed from each other once, and not again."""
        for one in self.results:
            if one.attempts > 1 and requirement in one.case.requirements:
                return f"the replies to {one.case.id} depart from each other in one round and not in the next"
        return None


def _can_exercise(requirement: Requirement, is_own_case: bool) -> bool:  # noqa: FBT001 whether the case is made for it
    """Whether a case may show how a requirement is kept: one of its own, or any where every reply does."""
    everywhere = requirement.judged is not JudgedBy.CASE or (requirement.pointer or "").startswith(_ERROR_ROWS)
    return is_own_case or everywhere
