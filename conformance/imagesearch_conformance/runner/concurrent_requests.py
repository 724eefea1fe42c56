"""Asks for several things at once, as many as there are jobs, and reads what comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from attrs import frozen

from imagesearch_conformance.checks.parsed_response import ParsedResponse, parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.runner.dispatcher import Dispatcher
from imagesearch_conformance.runner.rate_limit_retry import RateLimitRetry


@frozen
class ConcurrentRequests:
    """Asks through a dispatcher until it is stopped; raises what the dispatcher does."""

    contract: Contract
    dispatcher: Dispatcher
    is_interrupted: Callable[[], bool]
    jobs: int

    def send(self, probe: Probe) -> ParsedResponse | None:
        """The reply to one request; None where nothing more may be asked."""
        if self.is_interrupted():
            return None
        exchange = RateLimitRetry(self.contract, self.dispatcher).exchange(probe)
        return parse_response(exchange.response, self.contract.protocol.success_status)

    def send_all(self, probes: Sequence[Probe]) -> list[ParsedResponse | None]:
        """The replies to several requests, in the order of these."""
        if self.jobs == 1:
            return [self.send(probe) for probe in probes]
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(self.send, probes))
