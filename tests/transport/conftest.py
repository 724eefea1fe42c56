"""Servers that do exactly what a test says, byte by byte, on loopback."""

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

import pytest
from attrs import define, field

from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.transport.http import HttpSender


@define
class Talk:
    """One connection that a server has accepted, the first being number 0."""

    number: int
    connected: socket.socket
    received: list[bytes]
    over: Event

    def request(self) -> bytes:
        """The next whole request, empty when there is none."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.connected.recv(65536)
            if not piece:
                return b""
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += self.connected.recv(65536)
        self.received.append(head + b"\r\n\r\n" + body)
        return self.received[-1]

    def send(self, some: bytes) -> None:
        self.connected.sendall(some)

    def answer(self, body: bytes = b"{}", *headers: bytes, status: bytes = b"200 OK") -> None:
        lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers, b"", body]
        self.send(b"\r\n".join(lines))

    def drip(self, piece: bytes = b"x") -> None:
        """Sends a piece now and then until the other side has had enough."""
        while not self.over.wait(0.01):
            self.send(piece)

    def silence(self) -> None:
        """Says nothing until the other side or the test is over."""
        self.connected.recv(1)
        self.over.wait(0.5)

    def close(self) -> None:
        # Closing alone does not wake a thread that waits for the other side.
        with suppress(OSError):
            self.connected.shutdown(socket.SHUT_RDWR)
        self.connected.close()

    def reset(self) -> None:
        """Ends the connection without the usual farewell."""
        self.connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connected.close()


@define
class Server:
    """Listens, and plays its script on every connection in a thread of its own."""

    script: Callable[[Talk], None]
    received: list[bytes] = field(factory=list)
    talks: list[Talk] = field(factory=list)
    threads: list[Thread] = field(factory=list)
    over: Event = field(factory=Event)
    listening: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def authority(self) -> str:
        return "{}:{}".format(*self.listening.getsockname())

    @property
    def endpoint(self) -> str:
        return f"http://{self.authority}"

    def start(self) -> None:
        self._thread(self._accept)

    def stop(self) -> None:
        self.over.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for talk in self.talks:
            talk.close()
        for thread in self.threads:
            thread.join(1)

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                connected, _ = self.listening.accept()
            except OSError:
                return
            self.talks.append(Talk(len(self.talks), connected, self.received, self.over))
            self._thread(self._play, self.talks[-1])

    def _play(self, talk: Talk) -> None:
        with talk.connected:
            try:
                self.script(talk)
            except OSError:
                # The other side hung up: how most of these scripts end.
                return

    def _thread(self, work, *arguments) -> None:
        self.threads.append(Thread(target=work, args=arguments, daemon=True))
        self.threads[-1].start()


@pytest.fixture
def serving():
    """Starts a server with a script."""
    started = []

    def start(script) -> Server:
        server = Server(script)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def sender_to():
    """A sender to a server or an endpoint, closed at the end."""
    made = []

    def sender(where, **given) -> HttpSender:
        made.append(HttpSender(where if isinstance(where, str) else where.endpoint, **given))
        return made[-1]

    yield sender
    for one in made:
        one.close()


@pytest.fixture
def asking():
    """A plain request to a server."""

    def ask(server, target="/", body=b"A=1", headers=(), method="POST") -> WireRequest:
        return WireRequest(method, target, (("host", server.authority), *headers), body)

    return ask
