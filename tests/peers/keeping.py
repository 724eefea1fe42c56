"""An emulator that keeps the last exchange, so that a test can look at both sides of the wire."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from attrs import frozen

from imagesearch_conformance.emulator import Emulator
from imagesearch_conformance.model.wire import WireReply, WireRequest


class KeepingEmulator(Emulator):
    """Answers as any emulator does, and keeps the last exchange."""

    last: tuple[WireRequest, WireReply]

    def answer(self, request: WireRequest, now: datetime) -> WireReply:
        reply = super().answer(request, now)
        self.last = request, reply
        return reply


@frozen
class Served:
    """An emulator and where it listens."""

    endpoint: str
    emulator: KeepingEmulator

    @property
    def request(self) -> WireRequest:
        """The last request, as it arrived."""
        return self.emulator.last[0]

    @property
    def document(self) -> dict[str, Any]:
        """The body of the last reply, as it left."""
        return json.loads(self.emulator.last[1].body)
