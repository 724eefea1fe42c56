"""An emulator that keeps what was said, so that a test can look at both sides of the wire."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from attrs import frozen

from imagesearch_conformance.emulator import Emulator
from imagesearch_conformance.model.wire import WireRequest, WireResponse


class KeepingEmulator(Emulator):
    """Answers as any emulator does, and keeps every exchange."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exchanges: list[tuple[WireRequest, WireResponse]] = []

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        reply = super().handle(request, now)
        self.exchanges.append((request, reply))
        return reply


@frozen
class Served:
    """An emulator and where it listens."""

    endpoint: str
    emulator: KeepingEmulator

    @property
    def request(self) -> WireRequest:
        """The last request, as it arrived."""
        return self.emulator.exchanges[-1][0]

    @property
    def document(self) -> dict[str, Any]:
        """The body of the last reply, as it left."""
        return json.loads(self.emulator.exchanges[-1][1].body)
