"""Aggregate the results of cases to requirements, deviations and a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Judgement, Outcome, Verdict
from imagesearch_conformance.model.requirement import Deviation, DeviationResult, DeviationState, JudgedBy, Requirement
from imagesearch_conformance.outcomes import (
    NOT_SELECTED_REASON,
    CaseResult,
    Policy,
    RequirementResult,
    requirement_result,
    run_verdict,
)
from imagesearch_conformance.runner.confirmation import UNSTABLE_REASON
from imagesearch_conformance.runner.plan import has_match
from imagesearch_conformance.settings.options import Options

#: Pointer prefix of error codes: every error response shows whether its row is kept, whatever the request was.
_ERROR_ROWS = "errors/"

_OUTCOMES_WITHOUT_JUDGEMENT = frozenset({Outcome.SKIPPED, Outcome.ERRORED})


@frozen
class AggregatedResults:
    """Results of a run; `run_judgements` lacks deselected requirements."""

    requirements: tuple[RequirementResult, ...]
    run_judgements: Mapping[str, Judgement]
    deviations: tuple[DeviationResult, ...]
    verdict: Verdict


def aggregate(
    contract: Contract,
    policy: Policy,
    evidence: RunEvidence,
    deviations: Iterable[Deviation],
    incomplete_requirements: frozenset[str] | None = None,
) -> AggregatedResults:
    """Aggregate everything that was judged, by the requirements of the contract.

    `incomplete_requirements` are those of which cases were not selected; by default they follow from
    the unselected cases of the evidence.
    """
    incomplete = evidence.incomplete_requirements if incomplete_requirements is None else incomplete_requirements
    run_judgements = {
        requirement_id: judgement
        for requirement_id, judgement in evidence.run_judgements.items()
        if requirement_id not in evidence.deselected_requirements
    }
    results = _results_by_requirement(evidence.results)
    requirements = {
        requirement_id: requirement_result(
            requirement,
            results.get(requirement_id, ()),
            run_judgements.get(requirement_id),
            policy,
            requirement_id in incomplete,
        )
        for requirement_id, requirement in contract.requirements.items()
    }
    deviation_results = tuple(
        evidence.evaluate(deviation, requirements[deviation.requirement]) for deviation in deviations
    )
    requirement_results = tuple(requirements.values())
    verdict = _verdict(requirement_results, policy, evidence, deviation_results)
    return AggregatedResults(requirement_results, run_judgements, deviation_results, verdict)


def _results_by_requirement(results: Iterable[CaseResult]) -> Mapping[str, list[CaseResult]]:
    """Group results by requirement, in order: most results cover a few of hundreds."""
    grouped: dict[str, list[CaseResult]] = {}
    for result in results:
        for requirement_id in result.covered_requirements:
            grouped.setdefault(requirement_id, []).append(result)
    return grouped


def _verdict(
    requirements: tuple[RequirementResult, ...],
    policy: Policy,
    evidence: RunEvidence,
    deviation_results: tuple[DeviationResult, ...],
) -> Verdict:
    # A run without results did not start; a recording without results was read to its end.
    if not evidence.results and not evidence.is_recording:
        return Verdict.INCONCLUSIVE
    return run_verdict(requirements, policy, evidence.stop_reason is None, deviation_results)


def utc_date(time: datetime) -> date:
    """Return the UTC date, by which deviations are dated."""
    return time.astimezone(UTC).date()


def accepted_requirements(deviations: Iterable[Deviation], day: date) -> frozenset[str]:
    """Return the requirements whose violations are accepted in a run that starts on a day."""
    return frozenset(deviation.requirement for deviation in deviations if deviation.is_valid_on(day))


@frozen(kw_only=True)
class RunEvidence:
    """Everything that a run judged.

    `day` is the UTC date of its start, `unselected` are the cases left out by the selection, `run_judgements` the
    judgements of all exchanges together by requirement, `generated_results` those of all generated requests.
    `is_recording` means that somebody else chose the requests.
    """

    options: Options
    day: date
    results: Sequence[CaseResult]
    run_judgements: Mapping[str, Judgement]
    deselected_requirements: frozenset[str]
    stop_reason: str | None
    unselected: Sequence[Case] = ()
    generated_results: Sequence[CaseResult] = ()
    is_recording: bool = False

    @property
    def incomplete_requirements(self) -> frozenset[str]:
        """The requirements of which not every case was selected."""
        return self.deselected_requirements.union(*(case.requirements for case in self.unselected))

    def evaluate(self, deviation: Deviation, result: RequirementResult) -> DeviationResult:
        """Evaluate a deviation from a requirement with this result."""
        state, explanation = self._state_and_explanation(deviation, result)
        return DeviationResult(deviation, state, explanation)

    def _state_and_explanation(self, deviation: Deviation, result: RequirementResult) -> tuple[DeviationState, str]:
        if not self._is_selected(result):
            return DeviationState.NOT_SELECTED, "the requirement was not selected in this run"
        if not deviation.is_valid_on(self.day):
            dates = f"expired on {deviation.expires}, and the run started on {self.day}"
            advice = "fix the target or agree on a later date; remove the entry once the target is fixed"
            return DeviationState.EXPIRED, f"{dates}: {advice}"
        if (
            self._has_finding(self.results, deviation.requirement)
            or self._whole_run_judgement(deviation.requirement).findings
        ):
            return DeviationState.APPLIED, f"observed; accepted until the end of {deviation.expires} (UTC)"
        if reason := self._undetermined_reason(result):
            return DeviationState.UNDETERMINED, f"not observed, but {reason}"
        if self.is_recording:
            # Nobody sent the requests that would show it.
            return DeviationState.UNDETERMINED, "not observed in the recording"
        return DeviationState.RESOLVED, "not observed although every relevant case ran: remove it from the file"

    def _is_selected(self, result: RequirementResult) -> bool:
        """Return whether the run covered a requirement, selected or not."""
        requirement = result.requirement
        if requirement.id in self.deselected_requirements or result.reason == NOT_SELECTED_REASON:
            return False
        is_covered = result.outcome is not Outcome.NOT_APPLICABLE or bool(result.cases)
        select = self.options.select
        return is_covered or not select or has_match((requirement.id, requirement.area), select)

    def _whole_run_judgement(self, requirement_id: str) -> Judgement:
        return self.run_judgements.get(requirement_id, Judgement())

    @staticmethod
    def _has_finding(results: Iterable[CaseResult], requirement_id: str) -> bool:
        return any(requirement_id in result.violated_requirements for result in results)

    def _undetermined_reason(self, result: RequirementResult) -> str | None:
        """Return why the deviation cannot be called resolved, or None."""
        requirement = result.requirement
        if self.stop_reason is not None:
            return f"not every case ran: {self.stop_reason}"
        if result.outcome is not Outcome.PASSED:
            return f"the requirement could not be judged: {result.reason}"
        if self._has_finding(self.generated_results, requirement.id):
            return "generated requests violate it in a tolerated way"
        if not self._is_exercised(requirement.id):
            return "only randomly generated requests exercise it"
        return self._missing_cases_reason(requirement) or self._unstable_case_reason(requirement.id)

    def _is_exercised(self, requirement_id: str) -> bool:
        """Return whether requests that are the same in every run exercised a requirement."""
        fixed = (result for result in self.results if result.case.examples is None)
        exercised = any(requirement_id in result.judgement.exercised for result in fixed)
        return exercised or requirement_id in self._whole_run_judgement(requirement_id).exercised

    def _missing_cases_reason(self, requirement: Requirement) -> str | None:
        """Return a reason that names relevant cases that did not run or showed nothing, or None."""
        missing = [
            case.id for case in self.unselected if _can_exercise(requirement, requirement.id in case.requirements)
        ]
        missing += [
            result.case.id
            for result in self.results
            if (requirement.id in result.case.requirements and requirement.id not in result.judgement.exercised)
            or (_can_exercise(requirement, is_own_case=False) and result.outcome in _OUTCOMES_WITHOUT_JUDGEMENT)
        ]
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        return f"not every relevant case was judged: {missing[0]}{more}" if missing else None

    def _unstable_case_reason(self, requirement_id: str) -> str | None:
        """Return a reason that names a case that failed in one attempt only, or None."""
        for result in self.results:
            if result.attempts > 1 and requirement_id in result.case.requirements:
                return f"the responses of {result.case.id} {UNSTABLE_REASON}"
        return None


def _can_exercise(requirement: Requirement, is_own_case: bool) -> bool:  # noqa: FBT001 whether the case is made for it
    """Return whether a case may exercise a requirement: one of its own, or any case if every response does."""
    on_every_response = requirement.judged is not JudgedBy.CASE or (requirement.pointer or "").startswith(_ERROR_ROWS)
    return is_own_case or on_every_response
