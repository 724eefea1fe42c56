"""Makes exchanges out of probes: one door for all of them, so that rate, clock and sharing hold everywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from attrs import define, evolve, field, frozen

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.redaction import MAX_STORED_BODY_BYTES
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import Sender
from imagesearch_conformance.transport.throttle import NoThrottle, Throttle


@frozen
class RuntimeEnvironment:
    """Time and chance, handed in: the moment (UTC), a stopwatch in seconds, a wait, and fresh nonces."""

    now: Callable[[], datetime]
    perf_counter: Callable[[], float]
    sleep: Callable[[float], None]
    create_nonce: Callable[[], str]


class BudgetExhausted(Exception):
    """One more request would be more than the user allows."""

    def __init__(self, budget: int | None) -> None:
        super().__init__(f"the budget of {budget} requests was used up")


@define
class Dispatcher:
    """Sends probes, `most` requests at the most; equal ones that need not be fresh share one exchange.

    `made` are all exchanges, in the order of their replies, and `received` is how many bytes of
    bodies they hold.
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
        """The exchange of a probe, made now or earlier; raises Unreachable and BudgetSpent."""
        if probe.fresh or nonce is not None:
            return self._send(probe, nonce, self.throttle)
        with self._lock:
            shared = self._futures.get(probe)
            first = shared is None
            if shared is None:
                shared = self._futures[probe] = Future()
        if first:
            self._resolve(shared, probe)
        return shared.result()

    def exchange_unthrottled(self, probe: Probe) -> Exchange:
        """A fresh exchange that waits for no rate; raises Unreachable and BudgetSpent."""
        return self._send(probe, None, NoThrottle())

    def forget(self, probe: Probe) -> None:
        """Makes the next equal probe a new exchange."""
        with self._lock:
            self._futures.pop(probe, None)

    def _resolve(self, future: Future[Exchange], probe: Probe) -> None:
        try:
            future.set_result(self._send(probe, None, self.throttle))
        except BaseException as problem:
            future.set_exception(problem)
            self.forget(probe)
            raise

    def _send(self, probe: Probe, nonce: str | None, throttle: Throttle) -> Exchange:
        try:
            return self._send_once(probe, nonce, throttle)
        except Unreachable as problem:
            if not problem.stale_connection:
                raise
        # A server may close an idle connection at any time; what was not begun is begun anew, signed anew.
        return self._send_once(probe, nonce, throttle)

    def _send_once(self, probe: Probe, nonce: str | None, throttle: Throttle) -> Exchange:
        throttle.wait()
        now = self.runtime.now()
        request: WireRequest = self.encoder.encode(probe, now, nonce or self.runtime.create_nonce())
        self._count_request()
        begun = self.runtime.perf_counter()
        reply = _trim_truncated(self.sender.send(request, self.timeout))
        made = Exchange(request, reply, now, self.runtime.perf_counter() - begun)
        with self._lock:
            self.exchanges.append(made)
            self.received_bytes += len(reply.body)
        return made

    def _count_request(self) -> None:
        """Takes one request from what may be sent: plans foresee neither repeats nor what is waited out."""
        with self._lock:
            if self.budget is not None and self.sent_count >= self.budget:
                raise BudgetExhausted(self.budget)
            self.sent_count += 1


def _trim_truncated(response: WireResponse) -> WireResponse:
    """What is kept of a reply: nobody judges one that was cut off, so of that a little more than is stored."""
    return evolve(response, body=response.body[: 2 * MAX_STORED_BODY_BYTES]) if response.truncated else response
