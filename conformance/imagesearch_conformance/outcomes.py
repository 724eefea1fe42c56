"""The algebra of outcomes: from findings to cases, from cases to requirements, from those to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import field, frozen

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.deviation import DeviationResult
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.requirement import Level, Requirement

#: From the one that never changes another to the one that decides.
_SEVERITY_ORDER = (
    Outcome.NOT_APPLICABLE,
    Outcome.SKIPPED,
    Outcome.PASSED,
    Outcome.WARNED,
    Outcome.ERRORED,
    Outcome.FAILED,
)
_SEVERITY = {outcome: rank for rank, outcome in enumerate(_SEVERITY_ORDER)}


#: The reason of a requirement that the user left out; it does not keep a run from a verdict.
NOT_SELECTED_REASON = "not selected"


@frozen
class Policy:
    """What counts as a failure: the lowest level that does, and whether tolerated outcomes do.

    `accepted` are the requirements of which departures are known, and fail nothing.
    """

    level: Level = Level.MUST
    strict: bool = False
    accepted_requirements: frozenset[str] = frozenset()

    def is_failure(self, finding: Finding) -> bool:
        """Whether a finding makes its requirement fail rather than warn."""
        return self.is_failure_unless_accepted(finding) and finding.requirement not in self.accepted_requirements

    def is_failure_unless_accepted(self, finding: Finding) -> bool:
        """Whether a finding fails, or would if nobody had accepted it."""
        if finding.grade is Grade.TOLERATED and not self.strict:
            return False
        return finding.level.is_at_least(self.level)


@frozen
class CaseResult:
    """What became of one case; `reason` is there for every outcome that is no judgement.

    `rounds` says how often its requests were sent: twice where replies departed from each other.
    """

    case: Case
    outcome: Outcome
    judgement: Judgement = field(factory=Judgement)
    exchanges: tuple[Exchange, ...] = ()
    reason: str | None = None
    attempts: int = 1

    @cached_property
    def covered_requirements(self) -> frozenset[str]:
        """The requirements that the case is for, and those that it happened to exercise."""
        return self.judgement.exercised.union(self.case.requirements)

    @cached_property
    def violated_requirements(self) -> frozenset[str]:
        """The requirements that were departed from."""
        return frozenset(one.requirement for one in self.judgement.findings)

    @property
    def seconds(self) -> float:
        """How long the exchanges of the case took together."""
        return sum(one.seconds for one in self.exchanges)


@frozen
class RequirementResult:
    """What became of one requirement, and the cases that exercised it."""

    requirement: Requirement
    outcome: Outcome
    cases: tuple[str, ...] = ()
    reason: str | None = None


def worst_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that decides; of none at all, not applicable."""
    return max(outcomes, key=_SEVERITY.__getitem__, default=Outcome.NOT_APPLICABLE)


def judgement_outcome(judgement: Judgement, policy: Policy) -> Outcome:
    """The outcome of a case that could be judged."""
    return worst_outcome([Outcome.PASSED, *(finding_outcome(one, policy) for one in judgement.findings)])


def finding_outcome(finding: Finding, policy: Policy) -> Outcome:
    """What one finding does to whatever it belongs to."""
    return Outcome.FAILED if policy.is_failure(finding) else Outcome.WARNED


def requirement_result(
    requirement: Requirement,
    results: Iterable[CaseResult],
    run_judgement: Judgement | None,
    policy: Policy,
    deselected: bool = False,  # noqa: FBT001, FBT002 a fact of the plan
) -> RequirementResult:
    """The outcome of a requirement over the cases made for it and those that happened to exercise it.

    `left_out` says that cases for it were not selected: then it is skipped unless others exercised it.
    """
    concerned = [one for one in results if requirement.id in one.covered_requirements]
    outcomes = [_requirement_outcome(one, requirement.id, policy) for one in concerned]
    if run_judgement is not None and requirement.id in run_judgement.exercised:
        outcomes.append(judgement_outcome(run_judgement, policy))
    outcome = worst_outcome(outcomes)
    if deselected and outcome is Outcome.NOT_APPLICABLE:
        return RequirementResult(requirement, Outcome.SKIPPED, reason=NOT_SELECTED_REASON)
    reason = None
    if outcome in {Outcome.NOT_APPLICABLE, Outcome.SKIPPED, Outcome.ERRORED}:
        reason = next(
            (one.reason for one in concerned if one.outcome is outcome and one.reason),
            _not_exercised_reason(requirement),
        )
    return RequirementResult(requirement, outcome, tuple(one.case.id for one in concerned), reason)


def _requirement_outcome(result: CaseResult, requirement: str, policy: Policy) -> Outcome:
    """What a case says of one requirement: others that it exercised may have come out differently."""
    if requirement in result.violated_requirements:
        own = (one for one in result.judgement.findings if one.requirement == requirement)
        return worst_outcome(finding_outcome(one, policy) for one in own)
    if requirement in result.judgement.exercised:
        return Outcome.PASSED
    return result.outcome if result.outcome in _OUTCOMES_WITHOUT_JUDGEMENT else Outcome.NOT_APPLICABLE


_OUTCOMES_WITHOUT_JUDGEMENT = frozenset({Outcome.NOT_APPLICABLE, Outcome.SKIPPED, Outcome.ERRORED})


def _not_exercised_reason(requirement: Requirement) -> str:
    if requirement.needs:
        return f"the profile does not claim {requirement.needs}"
    return requirement.reason or "no reply of this run showed what it speaks of"


def run_verdict(
    results: Iterable[RequirementResult],
    policy: Policy,
    complete: bool,  # noqa: FBT001 a fact of the run
    deviations: Iterable[DeviationResult] = (),
) -> Verdict:
    """The verdict: nonconformant if anything fails, conformant only if everything due was judged."""
    everything = list(results)
    if any(one.outcome is Outcome.FAILED for one in everything) or any(one.state.is_failure for one in deviations):
        return Verdict.NONCONFORMANT
    due = [one for one in everything if one.requirement.level.is_at_least(policy.level)]
    open_ones = [
        one for one in due if one.outcome in {Outcome.ERRORED, Outcome.SKIPPED} and one.reason != NOT_SELECTED_REASON
    ]
    judged = [one for one in due if one.outcome in {Outcome.PASSED, Outcome.WARNED}]
    return Verdict.CONFORMANT if complete and judged and not open_ones else Verdict.INCONCLUSIVE


def count_outcomes(results: Iterable[CaseResult]) -> Mapping[Outcome, int]:
    """How many cases came out how; every outcome has an entry."""
    found = dict.fromkeys(Outcome, 0)
    for one in results:
        found[one.outcome] += 1
    return found
