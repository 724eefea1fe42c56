"""A server that does exactly what a script says, byte by byte, on loopback."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from attrs import define, field


@define
class Talk:
    """One connection; `heard` is the request that it answers."""

    connected: socket.socket
    over: Event
    heard: bytes = b""

    def request(self) -> bytes:
        """The next whole request, empty when there is none."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.connected.recv(65536)
            if not piece:
                return b""
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        lengths = (line[15:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        length = int(next(lengths, b"0"))
        while len(body) < length:
            body += self.connected.recv(65536)
        self.heard = head + b"\r\n\r\n" + body
        return self.heard

    def send(self, *some: bytes) -> None:
        for one in some:
            self.connected.sendall(one)

    def answer(self, body: bytes, *headers: bytes, status: bytes = b"200 OK", declared: int | None = None) -> None:
        length = len(body) if declared is None else declared
        lines = [b"HTTP/1.1 " + status, b"Content-Type: application/json", b"Content-Length: %d" % length, *headers]
        self.send(b"\r\n".join([*lines, b"", body]))

    def forever(self, piece: bytes, pause: float = 0.0) -> None:
        """Sends a piece again and again until the other side has had enough."""
        while not self.over.wait(pause) if pause else not self.over.is_set():
            self.send(piece)

    def silence(self) -> None:
        """Says nothing until the other side or the test is over."""
        self.connected.recv(1)

    def reset(self) -> None:
        """Ends the connection without the usual farewell."""
        self.connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connected.close()


@define
class Server:
    """Listens, and gives every connection to its script in a thread of its own."""

    script: Callable[[Talk], None]
    accepted: list[socket.socket] = field(factory=list)
    over: Event = field(factory=Event)
    listening: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=64))

    @property
    def authority(self) -> str:
        return "{}:{}".format(*self.listening.getsockname())

    def accept(self) -> None:
        with suppress(OSError):  # the listening socket is shut down at the end
            while True:
                connected, _ = self.listening.accept()
                self.accepted.append(connected)
                Thread(target=self._play, args=(Talk(connected, self.over),), daemon=True).start()

    def stop(self) -> None:
        self.over.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for connected in self.accepted:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def _play(self, talk: Talk) -> None:
        # Most scripts end when the other side hangs up.
        with talk.connected, suppress(OSError):
            self.script(talk)


@contextmanager
def talking(script: Callable[[Talk], None]) -> Iterator[Server]:
    """A server with a script, while the block lasts."""
    server = Server(script)
    accepting = Thread(target=server.accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        server.stop()
        accepting.join()
