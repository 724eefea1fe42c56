"""Makes one case: sends its probes, and has the exchanges judged."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from attrs import define, field

from imagesearch_conformance.checks.expected_outcome import BURST_SECONDS
from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.parsed_response import parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InternalError, Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.runner.confirmation import ConfirmingJudge, Judge
from imagesearch_conformance.runner.dispatcher import BudgetExhausted, Dispatcher
from imagesearch_conformance.runner.internal_errors import prefix_internal
from imagesearch_conformance.runner.rate_limit_retry import RateLimitRetry

#: The most requests of a burst that are under way at once.
_MAX_CONCURRENT_REQUESTS = 32

#: Why a case that stands for generated requests cannot be made by itself.
_GENERATED_SUMMARY_REASON = "its requests are generated while a run goes; those that failed are cases of their own"


@define
class CaseExecutor:
    """Makes cases against one target.

    `unwanted` are requirements that replies are not judged by; `denials` are refusals for the number
    of requests that no case asked for.
    """

    contract: Contract
    target: Target
    dispatcher: Dispatcher
    policy: Policy
    deselected_requirements: frozenset[str] = frozenset()
    judge: Judge = judge
    rate_limited_exchanges: list[tuple[Case, Exchange]] = field(factory=list, init=False)

    def execute(self, case: Case) -> CaseResult:
        """What became of a case; never raises for what the target does."""
        if reason := case.not_applicable_reason or (_GENERATED_SUMMARY_REASON if case.examples else None):
            return CaseResult(case, Outcome.NOT_APPLICABLE, reason=reason)
        try:
            exchanges = self._send_burst(case) if case.burst_size else self._send_probes(case)
        except Unreachable as problem:
            return CaseResult(case, Outcome.ERRORED, reason=str(problem))
        except BudgetExhausted as problem:
            return CaseResult(case, Outcome.SKIPPED, reason=str(problem))
        except InternalError as problem:
            return CaseResult(case, Outcome.ERRORED, reason=prefix_internal(problem))
        return self._confirming_judge.judge_case(case, exchanges, lambda: self._resend(case))

    @property
    def _confirming_judge(self) -> ConfirmingJudge:
        return ConfirmingJudge(self.contract, self.target, self.policy, self.deselected_requirements, self.judge)

    def _resend(self, case: Case) -> tuple[Exchange, ...]:
        """One more round, of fresh replies, which later cases share."""
        for probe in case.probes:
            self.dispatcher.forget(probe)
        return self._send_probes(case)

    def _send_probes(self, case: Case) -> tuple[Exchange, ...]:
        patience, nonces = self._rate_limit_retry(case), dict[str, str]()
        return tuple(
            patience.exchange(probe, self._nonce_provider(probe.authentication.nonce_label, nonces))
            for probe in case.probes
        )

    def _rate_limit_retry(self, case: Case) -> RateLimitRetry:
        return RateLimitRetry(
            self.contract,
            self.dispatcher,
            lambda code: bool(case.expectation.errors_with_code(code)),
            lambda exchange: self.rate_limited_exchanges.append((case, exchange)),
        )

    def _nonce_provider(self, label: str | None, nonces: dict[str, str]) -> Callable[[], str | None]:
        """What gives the nonce of a label; the first request of it takes a fresh one each time it is sent."""
        if label is None:
            return lambda: None
        if label in nonces:
            return lambda: nonces[label]

        def create_nonce() -> str:
            nonces[label] = self.dispatcher.runtime.create_nonce()
            return nonces[label]

        return create_nonce

    def _send_burst(self, case: Case) -> tuple[Exchange, ...]:
        """Sends as fast as it goes, until one is refused, all are sent or the second is over."""
        burst = _Burst(case, self._burst_sender(case), self.dispatcher.runtime.perf_counter)
        workers = min(case.burst_size or 1, _MAX_CONCURRENT_REQUESTS)
        with ThreadPoolExecutor(workers) as pool:
            for one in [pool.submit(burst.send_until_over) for _ in range(workers)]:
                one.result()
        return tuple(sorted(burst.exchanges, key=lambda one: one.sent_at))

    def _burst_sender(self, case: Case) -> Callable[[], tuple[Exchange, bool]]:
        def send_next() -> tuple[Exchange, bool]:
            exchange = self.dispatcher.exchange_unthrottled(case.probes[0])
            code = parse_response(exchange.response, self.contract.protocol.success_status).error_code
            return exchange, code is not None and bool(case.expectation.errors_with_code(code))

        return send_next


@define
class _Burst:
    """Shared by the threads of one burst."""

    case: Case
    send_next: Callable[[], tuple[Exchange, bool]]
    perf_counter: Callable[[], float]
    exchanges: list[Exchange] = field(factory=list)
    _claimed_count: int = 0
    _is_over: bool = False
    _lock: threading.Lock = field(factory=threading.Lock)
    _started_at: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._started_at = self.perf_counter()

    def send_until_over(self) -> None:
        """Sends until the burst is over."""
        while self._claim_next():
            exchange, refused = self.send_next()
            with self._lock:
                self.exchanges.append(exchange)
                self._is_over = self._is_over or refused

    def _claim_next(self) -> bool:
        with self._lock:
            self._claimed_count += 1
            late = self.perf_counter() - self._started_at >= BURST_SECONDS
            return not (self._is_over or late or self._claimed_count > (self.case.burst_size or 0))
