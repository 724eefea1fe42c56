"""Asks for several things at once, as many as there are jobs, and reads what comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from attrs import frozen

from imagesearch_conformance.checks.reading import Reading, read
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.runner.dispatch import Dispatcher
from imagesearch_conformance.runner.patience import Patience


@frozen
class Asking:
    """Asks through a dispatcher until it is stopped; raises what the dispatcher does."""

    contract: Contract
    dispatcher: Dispatcher
    stopped: Callable[[], bool]
    jobs: int

    def one(self, probe: Probe) -> Reading | None:
        """The reply to one request; None where nothing more may be asked."""
        if self.stopped():
            return None
        exchange = Patience(self.contract, self.dispatcher).exchange(probe)
        return read(exchange.reply, self.contract.protocol.success)

    def all(self, probes: Sequence[Probe]) -> list[Reading | None]:
        """The replies to several requests, in the order of these."""
        if self.jobs == 1:
            return [self.one(probe) for probe in probes]
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(self.one, probes))
