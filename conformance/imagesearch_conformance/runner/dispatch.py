"""Makes exchanges out of probes: one door for all of them, so that rate, clock and sharing hold everywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from attrs import define, evolve, field, frozen

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.exchanges import MOST_STORED
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.transport.outgoing import Envelope
from imagesearch_conformance.transport.sender import Sender
from imagesearch_conformance.transport.throttle import Throttle, Unhurried


@frozen
class Surroundings:
    """Time and chance, handed in: the moment (UTC), a stopwatch in seconds, a wait, and fresh nonces."""

    now: Callable[[], datetime]
    stopwatch: Callable[[], float]
    sleep: Callable[[float], None]
    nonce: Callable[[], str]


class BudgetSpent(Exception):
    """One more request would be more than the user allows."""

    def __init__(self, most: int | None) -> None:
        super().__init__(f"the budget of {most} requests was used up")


@define
class Dispatcher:
    """Sends probes, `most` requests at the most; equal ones that need not be fresh share one exchange.

    `made` are all exchanges, in the order of their replies, and `received` is how many bytes of
    bodies they hold.
    """

    envelope: Envelope
    sender: Sender
    throttle: Throttle
    surroundings: Surroundings
    timeout: float
    most: int | None = None
    sent: int = field(default=0, init=False)
    received: int = field(default=0, init=False)
    made: list[Exchange] = field(factory=list, init=False)
    _shared: dict[Probe, Future[Exchange]] = field(factory=dict, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)

    def exchange(self, probe: Probe, nonce: str | None = None) -> Exchange:
        """The exchange of a probe, made now or earlier; raises Unreachable and BudgetSpent."""
        if probe.fresh or nonce is not None:
            return self._made(probe, nonce, self.throttle)
        with self._lock:
            shared = self._shared.get(probe)
            first = shared is None
            if shared is None:
                shared = self._shared[probe] = Future()
        if first:
            self._fill(shared, probe)
        return shared.result()

    def at_once(self, probe: Probe) -> Exchange:
        """A fresh exchange that waits for no rate; raises Unreachable and BudgetSpent."""
        return self._made(probe, None, Unhurried())

    def forget(self, probe: Probe) -> None:
        """Makes the next equal probe a new exchange."""
        with self._lock:
            self._shared.pop(probe, None)

    def _fill(self, shared: Future[Exchange], probe: Probe) -> None:
        try:
            shared.set_result(self._made(probe, None, self.throttle))
        except BaseException as problem:
            shared.set_exception(problem)
            self.forget(probe)
            raise

    def _made(self, probe: Probe, nonce: str | None, throttle: Throttle) -> Exchange:
        try:
            return self._once(probe, nonce, throttle)
        except Unreachable as problem:
            if not problem.stale:
                raise
        # A server may close an idle connection at any time; what was not begun is begun anew, signed anew.
        return self._once(probe, nonce, throttle)

    def _once(self, probe: Probe, nonce: str | None, throttle: Throttle) -> Exchange:
        throttle.wait()
        now = self.surroundings.now()
        request: WireRequest = self.envelope.outgoing(probe, now, nonce or self.surroundings.nonce())
        self._count()
        begun = self.surroundings.stopwatch()
        reply = _kept(self.sender.send(request, self.timeout))
        made = Exchange(request, reply, now, self.surroundings.stopwatch() - begun)
        with self._lock:
            self.made.append(made)
            self.received += len(reply.body)
        return made

    def _count(self) -> None:
        """Takes one request from what may be sent: plans foresee neither repeats nor what is waited out."""
        with self._lock:
            if self.most is not None and self.sent >= self.most:
                raise BudgetSpent(self.most)
            self.sent += 1


def _kept(reply: WireReply) -> WireReply:
    """What is kept of a reply: nobody judges one that was cut off, so of that a little more than is stored."""
    return evolve(reply, body=reply.body[: 2 * MOST_STORED]) if reply.truncated else reply
