"""Send requests: the single way out of a run, so that rate limit, clock and sharing apply to all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from attrs import define, evolve, field, frozen

from imagesearch_conformance.checks.parsed_response import ParsedResponse, parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.redaction import MAX_STORED_BODY_BYTES
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import Sender
from imagesearch_conformance.transport.throttle import NoThrottle, Throttle

#: Seconds to wait before each retry.
_RETRY_DELAYS = (1.5, 5.0)


@frozen
class RuntimeEnvironment:
    """Clock and randomness as arguments: the time (UTC), a stopwatch and a sleep in seconds, fresh nonces."""

    now: Callable[[], datetime]
    perf_counter: Callable[[], float]
    sleep: Callable[[float], None]
    create_nonce: Callable[[], str]


class BudgetExhausted(Exception):
    """The next request would exceed the budget."""

    def __init__(self, budget: int | None) -> None:
        super().__init__(f"the budget of {budget} requests is used up")


@define
class Dispatcher:
    """Sends probes, at most `budget` of them; equal probes that need not be fresh share one exchange.

    `exchanges` holds every exchange in the order of the responses, `received_bytes` the size of their bodies.
    """

    encoder: RequestEncoder
    sender: Sender
    throttle: Throttle
    runtime: RuntimeEnvironment
    timeout: float
    budget: int | None = None
    sent_count: int = field(default=0, init=False)
    received_bytes: int = field(default=0, init=False)
    exchanges: list[Exchange] = field(factory=list, init=False)
    _futures: dict[Probe, Future[Exchange]] = field(factory=dict, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)

    def exchange(self, probe: Probe, nonce: str | None = None) -> Exchange:
        """Return the exchange of a probe, new or shared; raise Unreachable and BudgetExhausted."""
        if probe.fresh or nonce is not None:
            return self._send(probe, nonce, self.throttle)
        with self._lock:
            future = self._futures.get(probe)
            is_first = future is None
            if future is None:
                future = self._futures[probe] = Future()
        if is_first:
            self._resolve(future, probe)
        return future.result()

    def exchange_unthrottled(self, probe: Probe) -> Exchange:
        """Return a fresh exchange without waiting for the throttle; raise Unreachable and BudgetExhausted."""
        return self._send(probe, None, NoThrottle())

    def forget(self, probe: Probe) -> None:
        """Send the next equal probe anew."""
        with self._lock:
            self._futures.pop(probe, None)

    def _resolve(self, future: Future[Exchange], probe: Probe) -> None:
        try:
            future.set_result(self._send(probe, None, self.throttle))
        except BaseException as error:
            future.set_exception(error)
            self.forget(probe)
            raise

    def _send(self, probe: Probe, nonce: str | None, throttle: Throttle) -> Exchange:
        try:
            return self._send_once(probe, nonce, throttle)
        except Unreachable as error:
            if not error.stale_connection:
                raise
        # A server may close an idle connection at any time: the request was not processed, so sign and send it again.
        return self._send_once(probe, nonce, throttle)

    def _send_once(self, probe: Probe, nonce: str | None, throttle: Throttle) -> Exchange:
        throttle.wait()
        now = self.runtime.now()
        request: WireRequest = self.encoder.encode(probe, now, nonce or self.runtime.create_nonce())
        self._count_request()
        start = self.runtime.perf_counter()
        response = _trim_truncated(self.sender.send(request, self.timeout))
        exchange = Exchange(request, response, now, self.runtime.perf_counter() - start)
        with self._lock:
            self.exchanges.append(exchange)
            self.received_bytes += len(response.body)
        return exchange

    def _count_request(self) -> None:
        """Take one request from the budget, which a plan cannot do: it foresees neither repeats nor retries."""
        with self._lock:
            if self.budget is not None and self.sent_count >= self.budget:
                raise BudgetExhausted(self.budget)
            self.sent_count += 1


def _trim_truncated(response: WireResponse) -> WireResponse:
    """Shorten a truncated response: it is not judged, so keep little more than is stored."""
    return evolve(response, body=response.body[: 2 * MAX_STORED_BODY_BYTES]) if response.truncated else response


@frozen
class RateLimitRetry:
    """Sends through a dispatcher; error codes for which `is_expected_code` holds are not retried."""

    contract: Contract
    dispatcher: Dispatcher
    is_expected_code: Callable[[str], bool] = lambda _: False
    on_rate_limited: Callable[[Exchange], None] = lambda _: None

    def exchange(self, probe: Probe, next_nonce: Callable[[], str | None] = lambda: None) -> Exchange:
        """Return the exchange of a probe; raise Unreachable and BudgetExhausted.

        `on_rate_limited` gets each rate-limited exchange that is retried.
        """
        exchange = self.dispatcher.exchange(probe, next_nonce())
        for delay in _RETRY_DELAYS:
            if not self.is_rate_limited(exchange):
                break
            self.on_rate_limited(exchange)
            self.dispatcher.forget(probe)
            self.dispatcher.runtime.sleep(delay)
            exchange = self.dispatcher.exchange(probe, next_nonce())
        return exchange

    def is_rate_limited(self, exchange: Exchange) -> bool:
        """Return whether a response is a rate limit that the request did not provoke."""
        code = parse_response(exchange.response, self.contract.protocol.success_status).error_code
        return code is not None and self.contract.errors.is_rate_limit(code) and not self.is_expected_code(code)


@frozen
class ConcurrentRequests:
    """Sends several requests at once, as many as there are jobs; raises what the dispatcher raises."""

    contract: Contract
    dispatcher: Dispatcher
    is_interrupted: Callable[[], bool]
    jobs: int

    def send(self, probe: Probe) -> ParsedResponse | None:
        """Return the response to one request; None if the run was interrupted."""
        if self.is_interrupted():
            return None
        exchange = RateLimitRetry(self.contract, self.dispatcher).exchange(probe)
        return parse_response(exchange.response, self.contract.protocol.success_status)

    def send_all(self, probes: Sequence[Probe]) -> list[ParsedResponse | None]:
        """Return the responses to several requests, in the order of the requests."""
        if self.jobs == 1:
            return [self.send(probe) for probe in probes]
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(self.send, probes))
