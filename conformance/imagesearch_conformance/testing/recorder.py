"""The emulator of one test: it keeps what is said, and answers as the test has ordered."""

from __future__ import annotations

import time
from datetime import datetime

from imagesearch_conformance.emulator.core import Emulator
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.testing.orders import Orders
from imagesearch_conformance.testing.received import Received
from imagesearch_conformance.testing.world import World


class Recorder:
    """A fresh emulator on the data of its world: nothing of an earlier test is in it."""

    def __init__(self, world: World) -> None:
        self.orders = Orders(world.codes)
        self.received: list[Received] = []
        self._emulator = Emulator(world.contract, world.settings, store=world.store)

    def answer(self, request: WireRequest, now: datetime, endpoint: str) -> WireReply:
        """The reply to a request that was sent to this endpoint."""
        started = time.monotonic()
        reply = self._emulator.answer(_ordered(request, self.orders.due()), now)
        self._keep(request, reply, now, started, endpoint)
        return reply

    def refuse_oversized(self, request: WireRequest, now: datetime, endpoint: str) -> WireReply:
        """The reply to a request whose body is longer than the server reads."""
        started = time.monotonic()
        reply = self._emulator.refuse_oversized(request)
        self._keep(request, reply, now, started, endpoint)
        return reply

    def _keep(self, request: WireRequest, reply: WireReply, now: datetime, started: float, endpoint: str) -> None:
        self.received.append(Received(Exchange(request, reply, now, time.monotonic() - started), endpoint))


def _ordered(request: WireRequest, code: str | None) -> WireRequest:
    """The request as if it asked for a code itself, which no signature covers; what is kept does not show it."""
    return request if code is None else request.with_headers((FAULT_HEADER, code))
