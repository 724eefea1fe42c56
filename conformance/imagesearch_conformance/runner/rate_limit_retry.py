"""Waits when a target refuses for the number of requests, and asks again."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from imagesearch_conformance.checks.parsed_response import parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.runner.dispatcher import Dispatcher

#: How long to wait after a refusal for the number of requests, in seconds, and how often.
_RETRY_DELAYS = (1.5, 5.0)


@frozen
class RateLimitRetry:
    """Asks through a dispatcher; `expects` tells codes that answer what was asked and are not waited out."""

    contract: Contract
    dispatcher: Dispatcher
    is_expected_code: Callable[[str], bool] = lambda _: False
    on_rate_limited: Callable[[Exchange], None] = lambda _: None

    def exchange(self, probe: Probe, next_nonce: Callable[[], str | None] = lambda: None) -> Exchange:
        """The exchange of a probe; raises Unreachable and BudgetSpent. Every refusal waited out is noted."""
        exchange = self.dispatcher.exchange(probe, next_nonce())
        for pause in _RETRY_DELAYS:
            if not self.is_rate_limited(exchange):
                break
            self.on_rate_limited(exchange)
            self.dispatcher.forget(probe)
            self.dispatcher.runtime.sleep(pause)
            exchange = self.dispatcher.exchange(probe, next_nonce())
        return exchange

    def is_rate_limited(self, exchange: Exchange) -> bool:
        """Whether a reply refuses for the number of requests although nothing provoked that."""
        code = parse_response(exchange.response, self.contract.protocol.success_status).error_code
        return code is not None and self.contract.errors.is_rate_limit(code) and not self.is_expected_code(code)
