"""The algebra of outcomes: from findings to cases, from cases to requirements, from requirements to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import field, frozen

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement, Outcome, Verdict
from imagesearch_conformance.model.requirement import DeviationResult, Level, Requirement
from imagesearch_conformance.model.wire import Exchange

#: Ascending: the first never overrides another outcome, the last always does.
_SEVERITY_ORDER = (
    Outcome.NOT_APPLICABLE,
    Outcome.SKIPPED,
    Outcome.PASSED,
    Outcome.WARNED,
    Outcome.ERRORED,
    Outcome.FAILED,
)
_SEVERITY = {outcome: rank for rank, outcome in enumerate(_SEVERITY_ORDER)}

_OUTCOMES_WITHOUT_JUDGEMENT = frozenset({Outcome.NOT_APPLICABLE, Outcome.SKIPPED, Outcome.ERRORED})

#: The reason of a requirement that the user deselected; it does not make a verdict inconclusive.
NOT_SELECTED_REASON = "not selected"


@frozen
class Policy:
    """The lowest level that fails, whether tolerated outcomes fail, and requirements with a known deviation."""

    level: Level = Level.MUST
    strict: bool = False
    accepted_requirements: frozenset[str] = frozenset()

    def is_failure(self, finding: Finding) -> bool:
        """Return whether a finding makes its requirement fail rather than warn."""
        return self.is_failure_unless_accepted(finding) and finding.requirement not in self.accepted_requirements

    def is_failure_unless_accepted(self, finding: Finding) -> bool:
        """Return whether a finding fails if known deviations are ignored."""
        if finding.grade is Grade.TOLERATED and not self.strict:
            return False
        return finding.level.is_at_least(self.level)


@frozen
class CaseResult:
    """The result of one case; outcomes without a judgement have a `reason`.

    `attempts` counts how often the requests were sent: twice if the first responses led to a finding.
    """

    case: Case
    outcome: Outcome
    judgement: Judgement = field(factory=Judgement)
    exchanges: tuple[Exchange, ...] = ()
    reason: str | None = None
    attempts: int = 1

    @cached_property
    def covered_requirements(self) -> frozenset[str]:
        """The requirements that the case is for, and those it exercised besides."""
        return self.judgement.exercised.union(self.case.requirements)

    @cached_property
    def violated_requirements(self) -> frozenset[str]:
        """The requirements with a finding."""
        return frozenset(finding.requirement for finding in self.judgement.findings)

    @property
    def seconds(self) -> float:
        """The sum of the durations of all exchanges."""
        return sum(exchange.seconds for exchange in self.exchanges)


@frozen
class RequirementResult:
    """The result of one requirement, with the ids of the cases that exercised it."""

    requirement: Requirement
    outcome: Outcome
    cases: tuple[str, ...] = ()
    reason: str | None = None


def worst_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the most severe outcome, `NOT_APPLICABLE` for none."""
    return max(outcomes, key=_SEVERITY.__getitem__, default=Outcome.NOT_APPLICABLE)


def judgement_outcome(judgement: Judgement, policy: Policy) -> Outcome:
    """Return the outcome of a case that was judged."""
    return worst_outcome([Outcome.PASSED, *(finding_outcome(finding, policy) for finding in judgement.findings)])


def finding_outcome(finding: Finding, policy: Policy) -> Outcome:
    """Return `FAILED` or `WARNED`."""
    return Outcome.FAILED if policy.is_failure(finding) else Outcome.WARNED


def requirement_result(
    requirement: Requirement,
    results: Iterable[CaseResult],
    run_judgement: Judgement | None,
    policy: Policy,
    deselected: bool = False,  # noqa: FBT001, FBT002 a fact of the plan
) -> RequirementResult:
    """Combine the results of the cases for a requirement and of other cases that exercised it.

    `deselected` means that cases for it were not selected: it is skipped unless other cases exercised it.
    """
    covering = [result for result in results if requirement.id in result.covered_requirements]
    outcomes = [_requirement_outcome(result, requirement.id, policy) for result in covering]
    if run_judgement is not None and requirement.id in run_judgement.exercised:
        outcomes.append(judgement_outcome(run_judgement, policy))
    outcome = worst_outcome(outcomes)
    if deselected and outcome is Outcome.NOT_APPLICABLE:
        return RequirementResult(requirement, Outcome.SKIPPED, reason=NOT_SELECTED_REASON)
    reason = None
    if outcome in _OUTCOMES_WITHOUT_JUDGEMENT:
        reason = next(
            (result.reason for result in covering if result.outcome is outcome and result.reason),
            _not_exercised_reason(requirement),
        )
    return RequirementResult(requirement, outcome, tuple(result.case.id for result in covering), reason)


def _requirement_outcome(result: CaseResult, requirement: str, policy: Policy) -> Outcome:
    """Return what a case contributes to one requirement; its findings may concern other requirements."""
    if requirement in result.violated_requirements:
        findings = (finding for finding in result.judgement.findings if finding.requirement == requirement)
        return worst_outcome(finding_outcome(finding, policy) for finding in findings)
    if requirement in result.judgement.exercised:
        return Outcome.PASSED
    return result.outcome if result.outcome in _OUTCOMES_WITHOUT_JUDGEMENT else Outcome.NOT_APPLICABLE


def _not_exercised_reason(requirement: Requirement) -> str:
    if requirement.needs:
        return f"the profile does not claim {requirement.needs}"
    return requirement.reason or "no response of this run exercised the requirement"


def run_verdict(
    results: Iterable[RequirementResult],
    policy: Policy,
    complete: bool,  # noqa: FBT001 a fact of the run
    deviations: Iterable[DeviationResult] = (),
) -> Verdict:
    """Return the verdict: nonconformant if anything failed, conformant only if all required results are judgements."""
    results = list(results)
    if any(result.outcome is Outcome.FAILED for result in results) or any(
        deviation.state.is_failure for deviation in deviations
    ):
        return Verdict.NONCONFORMANT
    required = [result for result in results if result.requirement.level.is_at_least(policy.level)]
    undecided = any(
        result.outcome in {Outcome.ERRORED, Outcome.SKIPPED} and result.reason != NOT_SELECTED_REASON
        for result in required
    )
    judged = any(result.outcome in {Outcome.PASSED, Outcome.WARNED} for result in required)
    return Verdict.CONFORMANT if complete and judged and not undecided else Verdict.INCONCLUSIVE


def count_outcomes(results: Iterable[CaseResult]) -> Mapping[Outcome, int]:
    """Return the number of cases for every outcome."""
    counts = dict.fromkeys(Outcome, 0)
    for result in results:
        counts[result.outcome] += 1
    return counts
