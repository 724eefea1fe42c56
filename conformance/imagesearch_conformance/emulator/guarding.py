"""What uvicorn leaves open to clients that mean harm: slow ones, and too many of them."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: From the first byte of a request, or from the connection, to the last byte of its reply; in seconds.
WHOLE_EXCHANGE = 20.0

#: Connections at once; fewer than the files that a process may open on most machines.
MOST_CONNECTIONS = 512

#: The most bytes of a request line with its headers that are kept while they are not complete.
LONGEST_HEAD = 16 * 1024


class Guarded(H11Protocol):
    """One connection, with a deadline for every exchange on it: uvicorn itself knows one for idle connections only."""

    seconds = WHOLE_EXCHANGE
    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begins, unless there are too many."""
        if len(self.connections) >= MOST_CONNECTIONS:
            self.transport = transport
            transport.abort()
            return
        super().connection_made(transport)
        self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes; the first after a reply begin the next exchange."""
        self._start()
        super().data_received(data)

    def on_response_complete(self) -> None:
        """Ends an exchange; another may have arrived already."""
        self._stop()
        super().on_response_complete()
        if not self.cycle.response_complete:
            self._start()

    def _start(self) -> None:
        if self._clock is None:
            self._clock = self.loop.call_later(self.seconds, self._late)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _late(self) -> None:
        self._clock = None
        self.transport.abort()


def guarded(seconds: float) -> type[Any]:
    """The protocol with another deadline."""
    return type("GuardedFor", (Guarded,), {"seconds": seconds})
