"""The emulator of one test: it keeps what is said, and answers as the test has ordered."""

from __future__ import annotations

import time
from datetime import datetime

from imagesearch_conformance.emulator.core import Emulator
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.testing.emulator_context import EmulatorContext
from imagesearch_conformance.testing.fault_injection import FaultInjector
from imagesearch_conformance.testing.received_exchange import ReceivedExchange


class RecordingEmulator:
    """A fresh emulator on the data of its world: nothing of an earlier test is in it."""

    def __init__(self, context: EmulatorContext) -> None:
        self.fault_injector = FaultInjector(context.error_codes)
        self.exchanges: list[ReceivedExchange] = []
        self._emulator = Emulator(context.contract, context.settings, store=context.store)

    def handle(self, request: WireRequest, now: datetime, endpoint: str) -> WireResponse:
        """The reply to a request that was sent to this endpoint."""
        started = time.monotonic()
        reply = self._emulator.handle(_with_fault_header(request, self.fault_injector.next_code()), now)
        self._record(request, reply, now, started, endpoint)
        return reply

    def reject_oversized(self, request: WireRequest, now: datetime, endpoint: str) -> WireResponse:
        """The reply to a request whose body is longer than the server reads."""
        started = time.monotonic()
        reply = self._emulator.reject_oversized(request)
        self._record(request, reply, now, started, endpoint)
        return reply

    def _record(
        self, request: WireRequest, response: WireResponse, now: datetime, started: float, endpoint: str
    ) -> None:
        self.exchanges.append(ReceivedExchange(Exchange(request, response, now, time.monotonic() - started), endpoint))


def _with_fault_header(request: WireRequest, code: str | None) -> WireRequest:
    """The request as if it asked for a code itself, which no signature covers; what is kept does not show it."""
    return request if code is None else request.with_headers((FAULT_HEADER, code))
