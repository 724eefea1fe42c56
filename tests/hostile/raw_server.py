"""A loopback server that sends exactly the bytes of a script."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from attrs import define, field


@define
class RawConnection:
    """One connection; `last_request` is the request that the script responds to."""

    socket: socket.socket
    stopped: Event
    last_request: bytes = b""

    def read_request(self) -> bytes:
        """Return the next complete request, empty at the end of the connection."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.socket.recv(65536)
            if not piece:
                return b""
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        lengths = (line[15:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        length = int(next(lengths, b"0"))
        while len(body) < length:
            body += self.socket.recv(65536)
        self.last_request = head + b"\r\n\r\n" + body
        return self.last_request

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.socket.sendall(piece)

    def respond(self, body: bytes, *headers: bytes, status: bytes = b"200 OK", declared: int | None = None) -> None:
        length = len(body) if declared is None else declared
        lines = [b"HTTP/1.1 " + status, b"Content-Type: application/json", b"Content-Length: %d" % length, *headers]
        self.send(b"\r\n".join([*lines, b"", body]))

    def send_forever(self, piece: bytes, pause: float = 0.0) -> None:
        """Send a piece again and again until the other side closes the connection."""
        while not self.stopped.wait(pause) if pause else not self.stopped.is_set():
            self.send(piece)

    def wait(self) -> None:
        """Send nothing until the other side closes the connection or the test ends."""
        self.socket.recv(1)

    def reset(self) -> None:
        """Close the connection with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


@define
class RawServer:
    """Runs a script for every connection, each in a thread of its own."""

    script: Callable[[RawConnection], None]
    accepted: list[socket.socket] = field(factory=list)
    stopped: Event = field(factory=Event)
    listener: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=64))

    @property
    def authority(self) -> str:
        return "{}:{}".format(*self.listener.getsockname())

    def accept(self) -> None:
        with suppress(OSError):  # `stop` shuts the listener down
            while True:
                accepted, _ = self.listener.accept()
                self.accepted.append(accepted)
                Thread(target=self._run_script, args=(RawConnection(accepted, self.stopped),), daemon=True).start()

    def stop(self) -> None:
        self.stopped.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for accepted in self.accepted:
            with suppress(OSError):
                accepted.shutdown(socket.SHUT_RDWR)

    def _run_script(self, connection: RawConnection) -> None:
        # Most scripts end when the other side closes the connection.
        with connection.socket, suppress(OSError):
            self.script(connection)


@contextmanager
def serve_script(script: Callable[[RawConnection], None]) -> Iterator[RawServer]:
    """Serve a script within the context."""
    server = RawServer(script)
    thread = Thread(target=server.accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
