"""Send several requests at once, as many as there are jobs, and parse the responses."""

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
