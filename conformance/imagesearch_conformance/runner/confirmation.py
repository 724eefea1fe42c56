"""What becomes of a case by its exchanges: a round of them, and more where replies depart from each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve, frozen

from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.checks.whole_run import is_unexpected_rate_limit
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.relation import DATA_SENSITIVE_RELATIONS
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, Policy, finding_outcome, judgement_outcome, worst_outcome
from imagesearch_conformance.runner.dispatcher import BudgetExhausted
from imagesearch_conformance.runner.internal_errors import internal_error_reason

#: What makes a judgement of a case's exchanges.
Judge = Callable[[Contract, Target, Case, Sequence[Exchange]], Judgement | NotJudged]

#: Gives the exchanges of one more round; raises Unreachable and BudgetSpent.
Resend = Callable[[], tuple[Exchange, ...]]


@frozen
class ConfirmingJudge:
    """Folds the rounds of a case into its result, wherever they come from.

    `unwanted` are requirements that replies are not judged by.
    """

    contract: Contract
    target: Target
    policy: Policy
    deselected_requirements: frozenset[str] = frozenset()
    judge: Judge = judge

    def judge_case(self, case: Case, exchanges: tuple[Exchange, ...], resend: Resend) -> CaseResult:
        """What became of a case whose first round is this; never raises for what the target does."""
        try:
            return self._confirm(case, self._judge_once(case, exchanges), resend)
        except Exception as problem:  # noqa: BLE001 a reply that breaks a check must not cost the other cases
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=internal_error_reason(problem))

    def _judge_once(self, case: Case, exchanges: tuple[Exchange, ...]) -> CaseResult:
        readings = [parse_response(one.response, self.contract.protocol.success_status) for one in exchanges]
        if any(is_unexpected_rate_limit(self.contract, case, one) for one in readings):
            reason = "the target keeps refusing for the number of requests; give a lower --qps"
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=reason)
        judged = self.judge(self.contract, self.target, case, exchanges)
        if isinstance(judged, NotJudged):
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=judged.reason)
        wanted = exclude_requirements(judged, self.deselected_requirements)
        outcome = judgement_outcome(wanted, self.policy)
        if case.relation is not None and outcome is Outcome.PASSED and not wanted.exercised & set(case.requirements):
            reason = "the replies do not show what this is about"
            return CaseResult(case, Outcome.NOT_APPLICABLE, wanted, exchanges, reason)
        return CaseResult(case, outcome, wanted, exchanges)

    def _confirm(self, case: Case, first: CaseResult, resend: Resend) -> CaseResult:
        """The result after further rounds, where replies of different moments departed from each other.

        The data of a target may change between two requests. What departs in a second round too is a
        finding; what does not, in two rounds after each other, is none.
        """
        if not self._is_mismatch(case, first):
            return first
        try:
            second = self._add_attempt(case, first, resend())
            if second.outcome is Outcome.ERRORED or self._is_failing(case, second):
                return second
            third = self._add_attempt(case, second, resend())
        except BudgetExhausted:
            return first
        except Unreachable as problem:
            return self._undetermined_result(
                case, first, f"the replies departed from each other, and then there was none: {problem}"
            )
        reason = "the replies depart from each other in one round and not in the next"
        return self._undetermined_result(case, third, reason) if self._is_failing(case, third) else third

    def _is_mismatch(self, case: Case, result: CaseResult) -> bool:
        """Whether a case failed because successes of different moments departed from each other."""
        kinds = {parse_response(one.response, self.contract.protocol.success_status).kind for one in result.exchanges}
        return (
            case.relation in DATA_SENSITIVE_RELATIONS
            and kinds == {ResponseKind.SUCCESS}
            and self._is_failing(case, result)
        )

    def _is_failing(self, case: Case, result: CaseResult) -> bool:
        """Whether what the case is for was departed from in a way that fails it, or would if it were not accepted."""
        own = (one for one in result.judgement.findings if one.requirement in case.requirements)
        return any(self.policy.is_failure_unless_accepted(one) for one in own)

    def _undetermined_result(self, case: Case, result: CaseResult, reason: str) -> CaseResult:
        """The result without what the case is for, which cannot be told."""
        judgement = exclude_requirements(result.judgement, frozenset(case.requirements))
        outcome = worst_outcome([Outcome.ERRORED, *(finding_outcome(one, self.policy) for one in judgement.findings)])
        return evolve(result, outcome=outcome, judgement=judgement, reason=reason)

    def _add_attempt(self, case: Case, previous: CaseResult, new_exchanges: tuple[Exchange, ...]) -> CaseResult:
        """The result after one more round; it keeps what else was found before."""
        after = self._judge_once(case, new_exchanges)
        other = tuple(one for one in previous.judgement.findings if one.requirement not in case.requirements)
        shift = len(previous.exchanges)
        found = tuple(evolve(one, exchange_index=one.exchange_index + shift) for one in after.judgement.findings)
        judgement = Judgement(previous.judgement.exercised | after.judgement.exercised, (*other, *found))
        outcome = worst_outcome([after.outcome, *(finding_outcome(one, self.policy) for one in other)])
        exchanges = (*previous.exchanges, *after.exchanges)
        return CaseResult(case, outcome, judgement, exchanges, after.reason, previous.attempts + 1)


def exclude_requirements(judgement: Judgement, requirement_ids: frozenset[str]) -> Judgement:
    """The judgement apart from some requirements."""
    findings = tuple(one for one in judgement.findings if one.requirement not in requirement_ids)
    return Judgement(judgement.exercised - requirement_ids, findings)
