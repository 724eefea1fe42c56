"""The interface of servers that run scenarios."""

from __future__ import annotations

from typing import Protocol

from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.exchange import Exchange


class ScenarioServer(Protocol):
    """Records the requests of a client and answers them."""

    def start_script(self, script: Script) -> None:
        """Start a script; earlier requests are forgotten."""

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges at the endpoint since the script started."""

    def other_exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges at the other address since the script started."""
