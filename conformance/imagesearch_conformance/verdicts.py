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
_ORDER = (
    Outcome.NOT_APPLICABLE,
    Outcome.SKIPPED,
    Outcome.PASSED,
    Outcome.WARNED,
    Outcome.ERRORED,
    Outcome.FAILED,
)
_RANK = {outcome: rank for rank, outcome in enumerate(_ORDER)}


#: The reason of a requirement that the user left out; it does not keep a run from a verdict.
NOT_SELECTED = "not selected"


@frozen
class Policy:
    """What counts as a failure: the lowest level that does, and whether tolerated outcomes do.

    `accepted` are the requirements of which departures are known, and fail nothing.
    """

    level: Level = Level.MUST
    strict: bool = False
    accepted: frozenset[str] = frozenset()

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes its requirement fail rather than warn."""
        return self.counts(finding) and finding.requirement not in self.accepted

    def counts(self, finding: Finding) -> bool:
        """Whether a finding fails, or would if nobody had accepted it."""
        if finding.grade is Grade.TOLERATED and not self.strict:
            return False
        return finding.level.reaches(self.level)


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
    rounds: int = 1

    @cached_property
    def concerns(self) -> frozenset[str]:
        """The requirements that the case is for, and those that it happened to exercise."""
        return self.judgement.exercised.union(self.case.requirements)

    @cached_property
    def departures(self) -> frozenset[str]:
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


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that decides; of none at all, not applicable."""
    return max(outcomes, key=_RANK.__getitem__, default=Outcome.NOT_APPLICABLE)


def of_judgement(judgement: Judgement, policy: Policy) -> Outcome:
    """The outcome of a case that could be judged."""
    return worst([Outcome.PASSED, *(of_finding(one, policy) for one in judgement.findings)])


def of_finding(finding: Finding, policy: Policy) -> Outcome:
    """What one finding does to whatever it belongs to."""
    return Outcome.FAILED if policy.fails(finding) else Outcome.WARNED


def of_requirement(
    requirement: Requirement,
    results: Iterable[CaseResult],
    judged: Judgement | None,
    policy: Policy,
    left_out: bool = False,  # noqa: FBT001, FBT002 a fact of the plan
) -> RequirementResult:
    """The outcome of a requirement over the cases made for it and those that happened to exercise it.

    `left_out` says that cases for it were not selected: then it is skipped unless others exercised it.
    """
    concerned = [one for one in results if requirement.id in one.concerns]
    outcomes = [_share(one, requirement.id, policy) for one in concerned]
    if judged is not None and requirement.id in judged.exercised:
        outcomes.append(of_judgement(judged, policy))
    outcome = worst(outcomes)
    if left_out and outcome is Outcome.NOT_APPLICABLE:
        return RequirementResult(requirement, Outcome.SKIPPED, reason=NOT_SELECTED)
    reason = None
    if outcome in {Outcome.NOT_APPLICABLE, Outcome.SKIPPED, Outcome.ERRORED}:
        reason = next((one.reason for one in concerned if one.outcome is outcome and one.reason), _unseen(requirement))
    return RequirementResult(requirement, outcome, tuple(one.case.id for one in concerned), reason)


def _share(result: CaseResult, requirement: str, policy: Policy) -> Outcome:
    """What a case says of one requirement: others that it exercised may have come out differently."""
    if requirement in result.departures:
        own = (one for one in result.judgement.findings if one.requirement == requirement)
        return worst(of_finding(one, policy) for one in own)
    if requirement in result.judgement.exercised:
        return Outcome.PASSED
    return result.outcome if result.outcome in _WITHOUT_JUDGEMENT else Outcome.NOT_APPLICABLE


_WITHOUT_JUDGEMENT = frozenset({Outcome.NOT_APPLICABLE, Outcome.SKIPPED, Outcome.ERRORED})


def _unseen(requirement: Requirement) -> str:
    if requirement.needs:
        return f"the profile does not claim {requirement.needs}"
    return requirement.reason or "no reply of this run showed what it speaks of"


def of_run(
    results: Iterable[RequirementResult],
    policy: Policy,
    complete: bool,  # noqa: FBT001 a fact of the run
    deviations: Iterable[DeviationResult] = (),
) -> Verdict:
    """The verdict: nonconformant if anything fails, conformant only if everything due was judged."""
    everything = list(results)
    if any(one.outcome is Outcome.FAILED for one in everything) or any(one.state.fails for one in deviations):
        return Verdict.NONCONFORMANT
    due = [one for one in everything if one.requirement.level.reaches(policy.level)]
    open_ones = [one for one in due if one.outcome in {Outcome.ERRORED, Outcome.SKIPPED} and one.reason != NOT_SELECTED]
    judged = [one for one in due if one.outcome in {Outcome.PASSED, Outcome.WARNED}]
    return Verdict.CONFORMANT if complete and judged and not open_ones else Verdict.INCONCLUSIVE


def counts(results: Iterable[CaseResult]) -> Mapping[Outcome, int]:
    """How many cases came out how; every outcome has an entry."""
    found = dict.fromkeys(Outcome, 0)
    for one in results:
        found[one.outcome] += 1
    return found
