"""Makes exchanges out of probes: one door for all of them, so that rate, clock and sharing hold everywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from attrs import define, field, frozen

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireRequest
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


@define
class Dispatcher:
    """Sends probes; equal ones that need not be fresh share one exchange."""

    envelope: Envelope
    sender: Sender
    throttle: Throttle
    surroundings: Surroundings
    timeout: float
    sent: int = field(default=0, init=False)
    _shared: dict[Probe, Future[Exchange]] = field(factory=dict, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)

    def exchange(self, probe: Probe, nonce: str | None = None) -> Exchange:
        """The exchange of a probe, made now or earlier; raises Unreachable."""
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
        """A fresh exchange that waits for no rate; raises Unreachable."""
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
        with self._lock:
            self.sent += 1
        begun = self.surroundings.stopwatch()
        reply = self.sender.send(request, self.timeout)
        return Exchange(request, reply, now, self.surroundings.stopwatch() - begun)
