"""What uvicorn leaves open to clients that mean harm: slow ones, and too many of them."""

from __future__ import annotations

import asyncio
from typing import Any

from httptools import HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

#: From the first byte of a request, or from the connection, to the last byte of its reply; in seconds.
WHOLE_EXCHANGE = 20.0

#: Connections at once; fewer than the files that a process may open on most machines.
MOST_CONNECTIONS = 512

#: The most bytes of a request line with its headers.
LONGEST_HEAD = 16 * 1024

#: The most bytes of a whole request, many times what the longest body is read to: trailers have no other end.
LONGEST_REQUEST = 1 << 26

#: The most requests of one connection that wait for the replies before theirs: what is read at once may hold thousands.
MOST_WAITING = 100


class _Steadfast(HttpRequestParser):
    """A parser that goes on in the same protocol when a client offers to change it.

    By itself it skips the body of such a request, and takes what follows for another protocol. Some
    clients make that offer with every request (RFC 9110 section 7.8), and whoever passes over it has
    to answer as ever.
    """

    def __init__(self, protocol: Guarded) -> None:
        super().__init__(protocol)
        # As uvicorn sets its own.
        self.set_dangerous_leniencies(lenient_data_after_close=True)
        self._protocol = protocol

    def feed_data(self, data: Any) -> None:
        """Parses; a head with an offer is parsed once more without it."""
        rest = memoryview(data)
        while rest:
            try:
                super().feed_data(rest)
                rest = rest[:0]
            except HttpParserUpgrade as offer:
                rest = rest[offer.args[0] :]
                super().feed_data(self._protocol.without_offer())


class Guarded(HttpToolsProtocol):
    """One connection, with a deadline for every exchange on it: uvicorn itself knows one for idle connections only.

    Nor does its parser, which is in C, know a longest request: bytes are counted here.
    """

    seconds = WHOLE_EXCHANGE
    _clock: asyncio.TimerHandle | None = None
    _in_head = True
    _length = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parser = _Steadfast(self)

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
        self._length += len(data)
        super().data_received(data)
        if self._in_head and self._length > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")
        if self._length > LONGEST_REQUEST:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begins a request."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Ends its head."""
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            return
        self._refuse()
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Ends a request; what comes now is the head of another."""
        if self.parser.should_upgrade():
            return
        self._in_head, self._length = True, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Ends an exchange; another may have arrived already."""
        self._stop()
        super().on_response_complete()
        if not self.cycle.response_complete:
            self._start()

    def without_offer(self) -> bytes:
        """The head that was parsed, without the offer of another protocol."""
        method, version = self.parser.get_method(), self.parser.get_http_version().encode("ascii")
        kept = (name + b": " + value + b"\r\n" for name, value in self.headers if name != b"upgrade")
        return b"".join([method, b" ", self.url, b" HTTP/", version, b"\r\n", *kept, b"\r\n"])

    def send_400_response(self, msg: str) -> None:
        """Refuses what cannot be read, once the replies that are owed are out: clients count them."""
        last: RequestResponseCycle | None = self.cycle
        if last is None or last.response_complete:
            super().send_400_response(msg)
        elif not last.more_body:
            last.keep_alive = False
        elif last.response_started or self.pipeline:
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def _refuse(self) -> None:
        """Raises what the parser answers with 400: heads that it takes and that nobody may send, or not so many."""
        hosts = sum(name == b"host" for name, _ in self.headers)
        if self.parser.get_method() == b"CONNECT":
            raise ValueError("this is no proxy")
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            raise ValueError("RFC 9112 section 3.2 wants one host")
        if len(self.pipeline) >= MOST_WAITING:
            raise ValueError("too many requests wait")

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
