"""A stage with a clock that stands, and clients that say exactly what a test says."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from attrs import define, field

from imagesearch_conformance.clients.server.script import Script, ScriptedResponse
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer

#: How long a test waits for what should come at once.
PATIENCE = 10.0


@define
class Clock:
    """Says what it is told to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@define
class Line:
    """A connection to a stage, byte by byte."""

    connected: socket.socket
    reader: object = field(init=False)

    def __attrs_post_init__(self):
        self.reader = self.connected.makefile("rb")

    def say(self, *some: bytes) -> None:
        for one in some:
            self.connected.sendall(one)

    def reply(self) -> tuple[int, bytes]:
        """The status and the body of the next reply, which has a length."""
        status = int(self.reader.readline().split()[1])
        length = 0
        while line := self.reader.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return status, self.reader.read(length)

    def rest(self) -> bytes:
        """All that comes until the stage closes."""
        return self.reader.read()

    def hang_up(self) -> None:
        self.reader.close()
        self.connected.close()


@define
class House:
    """A stage, and what tests do with it."""

    stage: ScriptedServer
    clock: Clock
    opened: ExitStack

    def play(self, *plays: ScriptedResponse, elsewhere: tuple[ScriptedResponse, ...] = ()) -> None:
        self.stage.start_script(Script(plays, elsewhere))

    def line(self, where: str | None = None) -> Line:
        line = Line(socket.create_connection(self._address(where), PATIENCE))
        self.opened.callback(line.hang_up)
        return line

    def client(self, where: str | None = None) -> http.client.HTTPConnection:
        client = http.client.HTTPConnection(*self._address(where), timeout=PATIENCE)
        self.opened.callback(client.close)
        return client

    def asked(self, **given) -> http.client.HTTPResponse:
        """The reply to a plain request on a connection of its own."""
        client = self.client()
        client.request("POST", "/?Action=A", **({"body": b"A=1"} | given))
        return client.getresponse()

    def _address(self, where: str | None) -> tuple[str, int]:
        parts = urlsplit(where or self.stage.endpoint)
        return parts.hostname, parts.port


@pytest.fixture
def house(now) -> Iterator[House]:
    clock = Clock(now)
    with ScriptedServer(clock) as stage, ExitStack() as opened:
        yield House(stage, clock, opened)
