"""Makes one case: sends its probes, and has the exchanges judged."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from attrs import define, field

from imagesearch_conformance.checks.burst import SECONDS_OF_A_BURST
from imagesearch_conformance.checks.judging import judge
from imagesearch_conformance.checks.reading import read
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BrokenSuite, Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.dispatch import BudgetSpent, Dispatcher
from imagesearch_conformance.runner.ourselves import our_own
from imagesearch_conformance.runner.patience import Patience
from imagesearch_conformance.runner.rounds import Judge, Rounds
from imagesearch_conformance.verdicts import CaseResult, Policy

#: The most requests of a burst that are under way at once.
_MOST_AT_ONCE = 32

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
            return CaseResult(case, Outcome.ERRORED, reason=our_own(problem))
        return self._rounds.result(case, exchanges, lambda: self._once_more(case))

    @property
    def _rounds(self) -> Rounds:
        return Rounds(self.contract, self.target, self.policy, self.unwanted, self.judge)

    def _once_more(self, case: Case) -> tuple[Exchange, ...]:
        """One more round, of fresh replies, which later cases share."""
        for probe in case.probes:
            self.dispatcher.forget(probe)
        return self._probes(case)

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
