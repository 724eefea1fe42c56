"""Makes one case: sends its probes, and has the exchanges judged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from attrs import define, evolve, field

from imagesearch_conformance.checks.burst import SECONDS_OF_A_BURST
from imagesearch_conformance.checks.judging import Unjudged, judge
from imagesearch_conformance.checks.reading import Kind, read
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BrokenSuite, Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.relation import COMPARING
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.dispatch import BudgetSpent, Dispatcher
from imagesearch_conformance.runner.patience import Patience
from imagesearch_conformance.verdicts import CaseResult, Policy, of_finding, of_judgement, worst

#: The most requests of a burst that are under way at once.
_MOST_AT_ONCE = 32

#: What makes a judgement of a case's exchanges.
Judge = Callable[[Contract, Target, Case, Sequence[Exchange]], Judgement | Unjudged]

#: Why a case that stands for generated requests cannot be made by itself.
_SUMMARY = "its requests are generated while a run goes; those that failed are cases of their own"


@define
class Executor:
    """Makes cases against one target.

    `unwanted` are requirements that replies are not judged by; `denials` are refusals for the number
    of requests that no case asked for.
    """

    contract: Contract
    target: Target
    dispatcher: Dispatcher
    policy: Policy
    unwanted: frozenset[str] = frozenset()
    judge: Judge = judge
    denials: list[tuple[Case, Exchange]] = field(factory=list, init=False)

    def result(self, case: Case) -> CaseResult:
        """What became of a case; never raises for what the target does."""
        if reason := case.inapplicable or (_SUMMARY if case.examples else None):
            return CaseResult(case, Outcome.NOT_APPLICABLE, reason=reason)
        try:
            exchanges = self._burst(case) if case.burst else self._probes(case)
        except Unreachable as problem:
            return CaseResult(case, Outcome.ERRORED, reason=str(problem))
        except BudgetSpent as problem:
            return CaseResult(case, Outcome.SKIPPED, reason=str(problem))
        except BrokenSuite as problem:
            return CaseResult(case, Outcome.ERRORED, reason=f"a fault of this suite: {problem}")
        try:
            return self._again(case, self._judged(case, exchanges))
        except Exception as problem:  # noqa: BLE001 a reply that breaks a check must not cost the other cases
            reason = f"a fault of this suite: {type(problem).__name__}: {problem}"
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=reason)

    def _judged(self, case: Case, exchanges: tuple[Exchange, ...]) -> CaseResult:
        patience = self._patience(case)
        if any(patience.denied(one) for one in exchanges):
            reason = "the target keeps refusing for the number of requests; give a lower --qps"
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=reason)
        judged = self.judge(self.contract, self.target, case, exchanges)
        if isinstance(judged, Unjudged):
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=judged.reason)
        wanted = _without(judged, self.unwanted)
        outcome = of_judgement(wanted, self.policy)
        if case.relation is not None and outcome is Outcome.PASSED and not wanted.exercised & set(case.requirements):
            reason = "the replies do not show what this is about"
            return CaseResult(case, Outcome.NOT_APPLICABLE, wanted, exchanges, reason)
        return CaseResult(case, outcome, wanted, exchanges)

    def _again(self, case: Case, first: CaseResult) -> CaseResult:
        """The result after further rounds, where replies of different moments departed from each other.

        The data of a target may change between two requests. What departs in a second round too is a
        finding; what does not, in two rounds after each other, is none.
        """
        if not self._compared(case, first):
            return first
        try:
            second = self._once_more(case, first)
            if second.outcome is Outcome.ERRORED or self._departing(case, second):
                return second
            third = self._once_more(case, second)
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
        judgement = _without(result.judgement, frozenset(case.requirements))
        outcome = worst([Outcome.ERRORED, *(of_finding(one, self.policy) for one in judgement.findings)])
        return evolve(result, outcome=outcome, judgement=judgement, reason=reason)

    def _once_more(self, case: Case, before: CaseResult) -> CaseResult:
        """One more round, of fresh replies, which later cases share; it keeps what else was found before."""
        for probe in case.probes:
            self.dispatcher.forget(probe)
        after = self._judged(case, self._probes(case))
        other = tuple(one for one in before.judgement.findings if one.requirement not in case.requirements)
        shift = len(before.exchanges)
        found = tuple(evolve(one, exchange=one.exchange + shift) for one in after.judgement.findings)
        judgement = Judgement(before.judgement.exercised | after.judgement.exercised, (*other, *found))
        outcome = worst([after.outcome, *(of_finding(one, self.policy) for one in other)])
        exchanges = (*before.exchanges, *after.exchanges)
        return CaseResult(case, outcome, judgement, exchanges, after.reason, before.rounds + 1)

    def _probes(self, case: Case) -> tuple[Exchange, ...]:
        patience, nonces = self._patience(case), dict[str, str]()
        return tuple(patience.exchange(probe, self._nonce(probe.authentication.nonce, nonces)) for probe in case.probes)

    def _patience(self, case: Case) -> Patience:
        return Patience(
            self.contract,
            self.dispatcher,
            lambda code: bool(case.expectation.refusals(code)),
            lambda exchange: self.denials.append((case, exchange)),
        )

    def _nonce(self, label: str | None, nonces: dict[str, str]) -> Callable[[], str | None]:
        """What gives the nonce of a label; the first request of it takes a fresh one each time it is sent."""
        if label is None:
            return lambda: None
        if label in nonces:
            return lambda: nonces[label]

        def anew() -> str:
            nonces[label] = self.dispatcher.surroundings.nonce()
            return nonces[label]

        return anew

    def _burst(self, case: Case) -> tuple[Exchange, ...]:
        """Sends as fast as it goes, until one is refused, all are sent or the second is over."""
        burst = _Burst(case, self._once_of(case), self.dispatcher.surroundings.stopwatch)
        workers = min(case.burst or 1, _MOST_AT_ONCE)
        with ThreadPoolExecutor(workers) as pool:
            for one in [pool.submit(burst.work) for _ in range(workers)]:
                one.result()
        return tuple(sorted(burst.exchanges, key=lambda one: one.sent_at))

    def _once_of(self, case: Case) -> Callable[[], tuple[Exchange, bool]]:
        def once() -> tuple[Exchange, bool]:
            exchange = self.dispatcher.at_once(case.probes[0])
            code = read(exchange.reply, self.contract.protocol.success).code
            return exchange, code is not None and bool(case.expectation.refusals(code))

        return once


def _without(judgement: Judgement, unwanted: frozenset[str]) -> Judgement:
    """The judgement apart from some requirements."""
    findings = tuple(one for one in judgement.findings if one.requirement not in unwanted)
    return Judgement(judgement.exercised - unwanted, findings)


@define
class _Burst:
    """Shared by the threads of one burst."""

    case: Case
    once: Callable[[], tuple[Exchange, bool]]
    stopwatch: Callable[[], float]
    exchanges: list[Exchange] = field(factory=list)
    _begun: int = 0
    _over: bool = False
    _lock: threading.Lock = field(factory=threading.Lock)
    _start: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._start = self.stopwatch()

    def work(self) -> None:
        """Sends until the burst is over."""
        while self._take():
            exchange, refused = self.once()
            with self._lock:
                self.exchanges.append(exchange)
                self._over = self._over or refused

    def _take(self) -> bool:
        with self._lock:
            self._begun += 1
            late = self.stopwatch() - self._start >= SECONDS_OF_A_BURST
            return not (self._over or late or self._begun > (self.case.burst or 0))
