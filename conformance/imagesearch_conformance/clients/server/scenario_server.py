"""Where a scenario is played: what keeps the requests of a client and answers them."""

from __future__ import annotations

from typing import Protocol

from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.wire import Exchange


class ScenarioServer(Protocol):
    """The one thing of a stage that a run needs."""

    def start_script(self, script: Script) -> None:
        """Begins a script; what was received before is forgotten."""

    def exchanges(self) -> tuple[Exchange, ...]:
        """What came to the endpoint since the script began."""

    def other_exchanges(self) -> tuple[Exchange, ...]:
        """What came to the other address since the script began."""
