"""Waits when a target refuses for the number of requests, and asks again."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from imagesearch_conformance.checks.reading import read
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.runner.dispatch import Dispatcher

#: How long to wait after a refusal for the number of requests, in seconds, and how often.
_PAUSES = (1.5, 5.0)


@frozen
class Patience:
    """Asks through a dispatcher; `expects` tells codes that answer what was asked and are not waited out."""

    contract: Contract
    dispatcher: Dispatcher
    expects: Callable[[str], bool] = lambda _: False
    noted: Callable[[Exchange], None] = lambda _: None

    def exchange(self, probe: Probe, nonce: Callable[[], str | None] = lambda: None) -> Exchange:
        """The exchange of a probe; raises Unreachable and BudgetSpent. Every refusal waited out is noted."""
        exchange = self.dispatcher.exchange(probe, nonce())
        for pause in _PAUSES:
            if not self.denied(exchange):
                break
            self.noted(exchange)
            self.dispatcher.forget(probe)
            self.dispatcher.surroundings.sleep(pause)
            exchange = self.dispatcher.exchange(probe, nonce())
        return exchange

    def denied(self, exchange: Exchange) -> bool:
        """Whether a reply refuses for the number of requests although nothing provoked that."""
        code = read(exchange.reply, self.contract.protocol.success).code
        return code is not None and self.contract.errors.denies(code) and not self.expects(code)
