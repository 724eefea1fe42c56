"""An emulator on a socket that records its exchanges, so that tests can compare both sides."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from attrs import frozen

from imagesearch_conformance.emulator import Emulator
from imagesearch_conformance.model.wire import WireRequest, WireResponse


class RecordingEmulator(Emulator):
    """Responds like any emulator, and records every exchange."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exchanges: list[tuple[WireRequest, WireResponse]] = []

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        response = super().handle(request, now)
        self.exchanges.append((request, response))
        return response


@frozen
class RunningEmulator:
    """An emulator and the address on which it listens."""

    endpoint: str
    recording: RecordingEmulator

    @property
    def exchanges(self) -> list[tuple[WireRequest, WireResponse]]:
        return self.recording.exchanges

    @property
    def request(self) -> WireRequest:
        """The last request, as received."""
        return self.exchanges[-1][0]

    @property
    def document(self) -> dict[str, Any]:
        """The body of the last response, as sent."""
        return json.loads(self.exchanges[-1][1].body)
