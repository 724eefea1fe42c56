"""Limits that uvicorn lacks: a deadline for exchanges and a maximum number of connections."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds from the connection or the first byte of a request to the last byte of its response.
EXCHANGE_TIMEOUT = 20.0

#: Concurrent connections; fewer than the files that a process may open on most machines.
MAX_CONNECTIONS = 512

#: The maximum size of an incomplete request line with its headers, in bytes.
MAX_HEAD_BYTES = 16 * 1024


class DeadlineH11Protocol(H11Protocol):
    """A connection with a deadline for every exchange; uvicorn has one for idle connections only."""

    exchange_timeout = EXCHANGE_TIMEOUT
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Accept the connection, or abort it beyond `MAX_CONNECTIONS`."""
        if len(self.connections) >= MAX_CONNECTIONS:
            self.transport = transport
            transport.abort()
            return
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Start the timer with the first bytes after a response."""
        self._start_timer()
        super().data_received(data)

    def on_response_complete(self) -> None:
        """Stop the timer, and restart it if the next request has already arrived."""
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
    """Return the protocol class with another deadline."""
    return type("LimitedProtocol", (DeadlineH11Protocol,), {"exchange_timeout": exchange_timeout})
