"""Retry with back-off when the target rate-limits us."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from imagesearch_conformance.checks.parsed_response import parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.runner.dispatcher import Dispatcher

#: Seconds to wait before each retry.
_RETRY_DELAYS = (1.5, 5.0)


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
