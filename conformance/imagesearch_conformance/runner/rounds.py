"""What becomes of a case by its exchanges: a round of them, and more where replies depart from each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve, frozen

from imagesearch_conformance.checks.judging import Unjudged, judge
from imagesearch_conformance.checks.reading import Kind, read
from imagesearch_conformance.checks.run import unasked_denial
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.relation import COMPARING
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.dispatch import BudgetSpent
from imagesearch_conformance.runner.ourselves import our_fault
from imagesearch_conformance.verdicts import CaseResult, Policy, of_finding, of_judgement, worst

#: What makes a judgement of a case's exchanges.
Judge = Callable[[Contract, Target, Case, Sequence[Exchange]], Judgement | Unjudged]

#: Gives the exchanges of one more round; raises Unreachable and BudgetSpent.
OnceMore = Callable[[], tuple[Exchange, ...]]


@frozen
class Rounds:
    """Folds the rounds of a case into its result, wherever they come from.

    `unwanted` are requirements that replies are not judged by.
    """

    contract: Contract
    target: Target
    policy: Policy
    unwanted: frozenset[str] = frozenset()
    judge: Judge = judge

    def result(self, case: Case, exchanges: tuple[Exchange, ...], once_more: OnceMore) -> CaseResult:
        """What became of a case whose first round is this; never raises for what the target does."""
        try:
            return self._again(case, self._judged(case, exchanges), once_more)
        except Exception as problem:  # noqa: BLE001 a reply that breaks a check must not cost the other cases
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=our_fault(problem))

    def _judged(self, case: Case, exchanges: tuple[Exchange, ...]) -> CaseResult:
        readings = [read(one.reply, self.contract.protocol.success) for one in exchanges]
        if any(unasked_denial(self.contract, case, one) for one in readings):
            reason = "the target keeps refusing for the number of requests; give a lower --qps"
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=reason)
        judged = self.judge(self.contract, self.target, case, exchanges)
        if isinstance(judged, Unjudged):
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=judged.reason)
        wanted = without(judged, self.unwanted)
        outcome = of_judgement(wanted, self.policy)
        if case.relation is not None and outcome is Outcome.PASSED and not wanted.exercised & set(case.requirements):
            reason = "the replies do not show what this is about"
            return CaseResult(case, Outcome.NOT_APPLICABLE, wanted, exchanges, reason)
        return CaseResult(case, outcome, wanted, exchanges)

    def _again(self, case: Case, first: CaseResult, once_more: OnceMore) -> CaseResult:
        """The result after further rounds, where replies of different moments departed from each other.

        The data of a target may change between two requests. What departs in a second round too is a
        finding; what does not, in two rounds after each other, is none.
        """
        if not self._compared(case, first):
            return first
        try:
            second = self._followed(case, first, once_more())
            if second.outcome is Outcome.ERRORED or self._departing(case, second):
                return second
            third = self._followed(case, second, once_more())
        except BudgetSpent:
            return first
        except Unreachable as problem:
            return self._untold(
                case, first, f"the replies departed from each other, and then there was none: {problem}"
            )
        reason = "the replies depart from each other in one round and not in the next"
        return self._untold(case, third, reason) if self._departing(case, third) else third

    def _compared(self, case: Case, result: CaseResult) -> bool:
        """Whether a case failed because successes of different moments departed from each other."""
        kinds = {read(one.reply, self.contract.protocol.success).kind for one in result.exchanges}
        return case.relation in COMPARING and kinds == {Kind.SUCCESS} and self._departing(case, result)

    def _departing(self, case: Case, result: CaseResult) -> bool:
        """Whether what the case is for was departed from in a way that fails it, or would if it were not accepted."""
        own = (one for one in result.judgement.findings if one.requirement in case.requirements)
        return any(self.policy.counts(one) for one in own)

    def _untold(self, case: Case, result: CaseResult, reason: str) -> CaseResult:
        """The result without what the case is for, which cannot be told."""
        judgement = without(result.judgement, frozenset(case.requirements))
        outcome = worst([Outcome.ERRORED, *(of_finding(one, self.policy) for one in judgement.findings)])
        return evolve(result, outcome=outcome, judgement=judgement, reason=reason)

    def _followed(self, case: Case, before: CaseResult, fresh: tuple[Exchange, ...]) -> CaseResult:
        """The result after one more round; it keeps what else was found before."""
        after = self._judged(case, fresh)
        other = tuple(one for one in before.judgement.findings if one.requirement not in case.requirements)
        shift = len(before.exchanges)
        found = tuple(evolve(one, exchange=one.exchange + shift) for one in after.judgement.findings)
        judgement = Judgement(before.judgement.exercised | after.judgement.exercised, (*other, *found))
        outcome = worst([after.outcome, *(of_finding(one, self.policy) for one in other)])
        exchanges = (*before.exchanges, *after.exchanges)
        return CaseResult(case, outcome, judgement, exchanges, after.reason, before.rounds + 1)


def without(judgement: Judgement, unwanted: frozenset[str]) -> Judgement:
    """The judgement apart from some requirements."""
    findings = tuple(one for one in judgement.findings if one.requirement not in unwanted)
    return Judgement(judgement.exercised - unwanted, findings)
