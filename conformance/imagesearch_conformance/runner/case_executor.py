"""Execute one case: send its probes and have the exchanges judged."""

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
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.runner.confirmation import ConfirmingJudge, Judge, prefix_internal
from imagesearch_conformance.runner.dispatcher import BudgetExhausted, Dispatcher, RateLimitRetry

#: Requests of a burst that are in flight at once, at most.
_MAX_CONCURRENT_REQUESTS = 32

#: Reason of a case that stands for generated requests and cannot run by itself.
_GENERATED_SUMMARY_REASON = "its requests are generated during a run; those that failed are cases of their own"


@define
class CaseExecutor:
    """Executes cases against one target.

    Responses are not judged by `deselected_requirements`. `rate_limited_exchanges` are those that were retried.
    """

    contract: Contract
    target: Target
    dispatcher: Dispatcher
    policy: Policy
    deselected_requirements: frozenset[str] = frozenset()
    judge: Judge = judge
    rate_limited_exchanges: list[tuple[Case, Exchange]] = field(factory=list, init=False)

    def execute(self, case: Case) -> CaseResult:
        """Return the result of a case; nothing that the target does raises an exception."""
        if reason := case.not_applicable_reason or (_GENERATED_SUMMARY_REASON if case.examples else None):
            return CaseResult(case, Outcome.NOT_APPLICABLE, reason=reason)
        try:
            exchanges = self._send_burst(case) if case.burst_size else self._send_probes(case)
        except Unreachable as error:
            return CaseResult(case, Outcome.ERRORED, reason=str(error))
        except BudgetExhausted as error:
            return CaseResult(case, Outcome.SKIPPED, reason=str(error))
        except InternalError as error:
            return CaseResult(case, Outcome.ERRORED, reason=prefix_internal(error))
        confirming_judge = ConfirmingJudge(
            self.contract, self.target, self.policy, self.deselected_requirements, self.judge
        )
        return confirming_judge.judge_case(case, exchanges, lambda: self._resend(case))

    def _resend(self, case: Case) -> tuple[Exchange, ...]:
        """Return the exchanges of one more attempt, which later cases share."""
        for probe in case.probes:
            self.dispatcher.forget(probe)
        return self._send_probes(case)

    def _send_probes(self, case: Case) -> tuple[Exchange, ...]:
        retry = RateLimitRetry(
            self.contract,
            self.dispatcher,
            lambda code: bool(case.expectation.errors_with_code(code)),
            lambda exchange: self.rate_limited_exchanges.append((case, exchange)),
        )
        nonces: dict[str, str] = {}
        return tuple(
            retry.exchange(probe, self._nonce_provider(probe.authentication.nonce_label, nonces))
            for probe in case.probes
        )

    def _nonce_provider(self, label: str | None, nonces: dict[str, str]) -> Callable[[], str | None]:
        """Return a function that gives the nonce of a label.

        The first request with the label gets a fresh nonce each time it is sent.
        """
        if label is None:
            return lambda: None
        if label in nonces:
            return lambda: nonces[label]

        def create_nonce() -> str:
            nonces[label] = self.dispatcher.runtime.create_nonce()
            return nonces[label]

        return create_nonce

    def _send_burst(self, case: Case) -> tuple[Exchange, ...]:
        """Send as fast as possible until a request is rate-limited, all are sent or the second is over."""
        burst = _Burst(case, self._burst_sender(case), self.dispatcher.runtime.perf_counter)
        workers = min(case.burst_size or 1, _MAX_CONCURRENT_REQUESTS)
        with ThreadPoolExecutor(workers) as pool:
            for future in [pool.submit(burst.send_until_over) for _ in range(workers)]:
                future.result()
        return tuple(sorted(burst.exchanges, key=lambda exchange: exchange.sent_at))

    def _burst_sender(self, case: Case) -> Callable[[], tuple[Exchange, bool]]:
        def send_next() -> tuple[Exchange, bool]:
            exchange = self.dispatcher.exchange_unthrottled(case.probes[0])
            code = parse_response(exchange.response, self.contract.protocol.success_status).error_code
            return exchange, code is not None and bool(case.expectation.errors_with_code(code))

        return send_next


@define
class _Burst:
    """State that the threads of one burst share."""

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
        while self._claim_next():
            exchange, is_rejected = self.send_next()
            with self._lock:
                self.exchanges.append(exchange)
                self._is_over = self._is_over or is_rejected

    def _claim_next(self) -> bool:
        with self._lock:
            self._claimed_count += 1
            is_late = self.perf_counter() - self._started_at >= BURST_SECONDS
            return not (self._is_over or is_late or self._claimed_count > (self.case.burst_size or 0))
