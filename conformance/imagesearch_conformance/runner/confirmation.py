"""Judge the exchanges of a case, and repeat its requests when responses contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve, frozen

from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.checks.whole_run import is_unexpected_rate_limit
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import DATA_SENSITIVE_RELATIONS
from imagesearch_conformance.model.finding import Judgement, Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, Policy, finding_outcome, judgement_outcome, worst_outcome
from imagesearch_conformance.runner.dispatcher import BudgetExhausted

#: Prefix of reasons of cases that errored because of a bug in the suite.
_PREFIX = "internal error"

#: Judges the exchanges of a case.
Judge = Callable[[Contract, Target, Case, Sequence[Exchange]], Judgement | NotJudged]

#: Sends the requests of a case once more; raises Unreachable and BudgetExhausted.
Resend = Callable[[], tuple[Exchange, ...]]

#: Reason of a relation that one attempt violates and the next does not.
UNSTABLE_REASON = "contradict each other in one attempt and not in the next"


def internal_error_reason(error: Exception) -> str:
    """Return the reason for an unforeseen exception."""
    return prefix_internal(f"{type(error).__name__}: {error}")


def prefix_internal(message: object) -> str:
    """Mark a reason as an internal error."""
    return f"{_PREFIX}: {message}"


def is_internal_error(reason: str) -> bool:
    """Return whether a reason names an internal error."""
    return reason.startswith(_PREFIX)


@frozen
class ConfirmingJudge:
    """Judges cases, whether their exchanges are sent now or were stored.

    Responses are not judged by `deselected_requirements`.
    """

    contract: Contract
    target: Target
    policy: Policy
    deselected_requirements: frozenset[str] = frozenset()
    judge: Judge = judge

    def judge_case(self, case: Case, exchanges: tuple[Exchange, ...], resend: Resend) -> CaseResult:
        """Return the result of a case from its first attempt, repeated if needed.

        An exception raised by a check makes the case errored; it must not cost the other cases.
        """
        try:
            return self._confirm(case, self._judge_once(case, exchanges), resend)
        except Exception as error:  # noqa: BLE001 a response that breaks a check must not cost the other cases
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=internal_error_reason(error))

    def _judge_once(self, case: Case, exchanges: tuple[Exchange, ...]) -> CaseResult:
        success_status = self.contract.protocol.success_status
        responses = [parse_response(exchange.response, success_status) for exchange in exchanges]
        if any(is_unexpected_rate_limit(self.contract, case, response) for response in responses):
            reason = "the target still rate-limits after all retries; lower --qps"
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=reason)
        judgement = self.judge(self.contract, self.target, case, exchanges)
        if isinstance(judgement, NotJudged):
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=judgement.reason)
        judgement = exclude_requirements(judgement, self.deselected_requirements)
        outcome = judgement_outcome(judgement, self.policy)
        if case.relation is not None and outcome is Outcome.PASSED and not judgement.exercised & set(case.requirements):
            reason = "the responses do not exercise the relation"
            return CaseResult(case, Outcome.NOT_APPLICABLE, judgement, exchanges, reason)
        return CaseResult(case, outcome, judgement, exchanges)

    def _confirm(self, case: Case, first: CaseResult, resend: Resend) -> CaseResult:
        """Return the result after further attempts, if responses contradict each other.

        The data of a target may change between two requests. A relation that is violated in the second
        attempt too is a finding; one that holds in the two attempts after the first is not.
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
            reason = f"the responses contradict each other, and the next attempt got none: {problem}"
            return self._undetermined_result(case, first, reason)
        if self._is_failing(case, third):
            return self._undetermined_result(case, third, f"the responses {UNSTABLE_REASON}")
        return third

    def _is_mismatch(self, case: Case, result: CaseResult) -> bool:
        """Return whether a case failed only because successful responses contradict each other."""
        success_status = self.contract.protocol.success_status
        kinds = {parse_response(exchange.response, success_status).kind for exchange in result.exchanges}
        return (
            case.relation in DATA_SENSITIVE_RELATIONS
            and kinds == {ResponseKind.SUCCESS}
            and self._is_failing(case, result)
        )

    def _is_failing(self, case: Case, result: CaseResult) -> bool:
        """Return whether the case's own requirements fail, leaving accepted deviations aside."""
        own = (finding for finding in result.judgement.findings if finding.requirement in case.requirements)
        return any(self.policy.is_failure_unless_accepted(finding) for finding in own)

    def _undetermined_result(self, case: Case, result: CaseResult, reason: str) -> CaseResult:
        """Return the result without the case's own requirements, as errored or worse."""
        judgement = exclude_requirements(result.judgement, frozenset(case.requirements))
        others = (finding_outcome(finding, self.policy) for finding in judgement.findings)
        return evolve(result, outcome=worst_outcome([Outcome.ERRORED, *others]), judgement=judgement, reason=reason)

    def _add_attempt(self, case: Case, previous: CaseResult, new_exchanges: tuple[Exchange, ...]) -> CaseResult:
        """Return the result after one more attempt, with findings of other requirements kept from before."""
        attempt = self._judge_once(case, new_exchanges)
        others = tuple(
            finding for finding in previous.judgement.findings if finding.requirement not in case.requirements
        )
        shift = len(previous.exchanges)
        new_findings = tuple(
            evolve(finding, exchange_index=finding.exchange_index + shift) for finding in attempt.judgement.findings
        )
        judgement = Judgement(previous.judgement.exercised | attempt.judgement.exercised, (*others, *new_findings))
        outcome = worst_outcome([attempt.outcome, *(finding_outcome(finding, self.policy) for finding in others)])
        exchanges = (*previous.exchanges, *attempt.exchanges)
        return CaseResult(case, outcome, judgement, exchanges, attempt.reason, previous.attempts + 1)


def exclude_requirements(judgement: Judgement, requirement_ids: frozenset[str]) -> Judgement:
    """Return the judgement without some requirements."""
    findings = tuple(finding for finding in judgement.findings if finding.requirement not in requirement_ids)
    return Judgement(judgement.exercised - requirement_ids, findings)
