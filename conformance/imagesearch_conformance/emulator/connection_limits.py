"""What uvicorn leaves open to clients that mean harm: slow ones, and too many of them."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: From the first byte of a request, or from the connection, to the last byte of its reply; in seconds.
EXCHANGE_TIMEOUT = 20.0

#: Connections at once; fewer than the files that a process may open on most machines.
MAX_CONNECTIONS = 512

#: The most bytes of a request line with its headers that are kept while they are not complete.
MAX_HEAD_BYTES = 16 * 1024


class DeadlineH11Protocol(H11Protocol):
    """One connection, with a deadline for every exchange on it: uvicorn itself knows one for idle connections only."""

    exchange_timeout = EXCHANGE_TIMEOUT
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begins, unless there are too many."""
        if len(self.connections) >= MAX_CONNECTIONS:
            self.transport = transport
            transport.abort()
            return
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes; the first after a reply begin the next exchange."""
        self._start_timer()
        super().data_received(data)

    def on_response_complete(self) -> None:
        """Ends an exchange; another may have arrived already."""
        self._stop_timer()
        super().on_response_complete()
        if not self.cycle.response_complete:
            self._start_timer()

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.exchange_timeout, self._abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _abort(self) -> None:
        self._timer = None
        self.transport.abort()


def create_protocol_class(exchange_timeout: float) -> type[Any]:
    """The protocol with another deadline."""
    return type("LimitedProtocol", (DeadlineH11Protocol,), {"exchange_timeout": exchange_timeout})
