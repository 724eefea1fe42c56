"""Scripted servers on loopback, senders, and requests."""

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
class ServerConnection:
    """An accepted connection; the first one has the number 0."""

    number: int
    socket: socket.socket
    received: list[bytes]
    stopped: Event

    def request(self) -> bytes:
        """Receive the next complete request; empty if the other side closed the connection."""
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = self.socket.recv(65536)
            if not chunk:
                return b""
            head += chunk
        head, _, body = head.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += self.socket.recv(65536)
        self.received.append(head + b"\r\n\r\n" + body)
        return self.received[-1]

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def respond(self, body: bytes = b"{}", *headers: bytes, status: bytes = b"200 OK") -> None:
        lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers, b"", body]
        self.send(b"\r\n".join(lines))

    def drip(self, piece: bytes = b"x") -> None:
        """Send a piece every 10 ms until the other side closes the connection."""
        while not self.stopped.wait(0.01):
            self.send(piece)

    def stay_silent(self) -> None:
        """Send nothing until the other side closes the connection or the test ends."""
        self.socket.recv(1)
        self.stopped.wait(0.5)

    def close(self) -> None:
        # Closing alone does not wake a thread that waits for the other side.
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def reset(self) -> None:
        """Reset the connection."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


@define
class Server:
    """Listens, and runs a script for every connection in a thread of its own."""

    script: Callable[[ServerConnection], None]
    received: list[bytes] = field(factory=list)
    connections: list[ServerConnection] = field(factory=list)
    threads: list[Thread] = field(factory=list)
    stopped: Event = field(factory=Event)
    listening: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def authority(self) -> str:
        return "{}:{}".format(*self.listening.getsockname())

    @property
    def endpoint(self) -> str:
        return f"http://{self.authority}"

    def start(self) -> None:
        self._start_thread(self._accept)

    def stop(self) -> None:
        self.stopped.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for connection in self.connections:
            connection.close()
        for thread in self.threads:
            thread.join(1)

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                accepted, _ = self.listening.accept()
            except OSError:
                return
            self.connections.append(ServerConnection(len(self.connections), accepted, self.received, self.stopped))
            self._start_thread(self._run_script, self.connections[-1])

    def _run_script(self, connection: ServerConnection) -> None:
        with connection.socket:
            try:
                self.script(connection)
            except OSError:
                # The other side closed the connection, as at the end of most scripts.
                return

    def _start_thread(self, work, *arguments) -> None:
        self.threads.append(Thread(target=work, args=arguments, daemon=True))
        self.threads[-1].start()


@pytest.fixture
def start_server():
    """A function that starts a server with a script."""
    servers = []

    def start(script) -> Server:
        server = Server(script)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def make_sender():
    """A function that creates a sender to a server or an endpoint; all are closed at the end."""
    senders = []

    def sender(target, **options) -> HttpSender:
        senders.append(HttpSender(target if isinstance(target, str) else target.endpoint, **options))
        return senders[-1]

    yield sender
    for opened in senders:
        opened.close()


@pytest.fixture
def make_request():
    """A function that creates a request to a server."""

    def ask(server, target="/", body=b"A=1", headers=(), method="POST") -> WireRequest:
        return WireRequest(method, target, (("host", server.authority), *headers), body)

    return ask
