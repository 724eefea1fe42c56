"""A scripted server with a fixed clock, and raw connections to it."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from attrs import define, field

from imagesearch_conformance.clients.server.script import Script, ScriptedResponse
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer
from imagesearch_conformance.model.wire import Exchange, WireRequest

#: How long a test waits for what should happen at once, in seconds.
TIMEOUT = 10.0


@define
class Clock:
    """A clock that shows the time it was set to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@define
class RawConnection:
    """A connection to a server, byte by byte."""

    socket: socket.socket
    reader: Any = field(init=False)

    def __attrs_post_init__(self):
        self.reader = self.socket.makefile("rb")

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.socket.sendall(piece)

    def read_response(self) -> tuple[int, bytes]:
        """The status and the body of the next response, which has a length."""
        status = int(self.reader.readline().split()[1])
        length = 0
        while line := self.reader.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return status, self.reader.read(length)

    def read_rest(self) -> bytes:
        """All bytes until the server closes the connection."""
        return self.reader.read()

    def close(self) -> None:
        self.reader.close()
        self.socket.close()


@define
class RunningServer:
    """A scripted server with its clock, and the connections that tests open to it."""

    scripted: ScriptedServer
    clock: Clock
    exit_stack: ExitStack

    def start_script(self, *responses: ScriptedResponse, elsewhere: tuple[ScriptedResponse, ...] = ()) -> None:
        self.scripted.start_script(Script(responses, elsewhere))

    def exchanges(self) -> tuple[Exchange, ...]:
        return self.scripted.exchanges()

    def requests(self) -> list[WireRequest]:
        return [exchange.request for exchange in self.scripted.exchanges()]

    def connect(self) -> RawConnection:
        connection = RawConnection(socket.create_connection(self._address, TIMEOUT))
        self.exit_stack.callback(connection.close)
        return connection

    def http_client(self) -> http.client.HTTPConnection:
        client = http.client.HTTPConnection(*self._address, timeout=TIMEOUT)
        self.exit_stack.callback(client.close)
        return client

    def post(self, **options) -> http.client.HTTPResponse:
        """The response to a plain request on a connection of its own."""
        client = self.http_client()
        client.request("POST", "/?Action=A", **({"body": b"A=1"} | options))
        return client.getresponse()

    @property
    def _address(self) -> tuple[str, int]:
        parts = urlsplit(self.scripted.endpoint)
        return parts.hostname, parts.port


@pytest.fixture
def server(now) -> Iterator[RunningServer]:
    clock = Clock(now)
    with ScriptedServer(clock) as scripted, ExitStack() as exit_stack:
        yield RunningServer(scripted, clock, exit_stack)
