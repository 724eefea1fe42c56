"""The emulator on a TCP socket, with limits on connections that uvicorn lacks."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from imagesearch_conformance.emulator.application import RequestHandler, create_application, no_latency
from imagesearch_conformance.errors import InvalidInput

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


_BACKLOG = 2048


@contextmanager
def serve(
    emulator: RequestHandler,
    host: str = "127.0.0.1",
    port: int = 0,
    latency: Callable[[], float] = no_latency,
    exchange_timeout: float = EXCHANGE_TIMEOUT,
) -> Iterator[str]:
    """Serve in a thread and yield the endpoint; port 0 selects a free port.

    `latency` returns the seconds by which the next response is delayed, `exchange_timeout` is in seconds.
    Raises InvalidInput if the address cannot be used.
    """
    server_socket = _create_server_socket(host, port)
    server = _create_server(emulator, latency, exchange_timeout)
    thread = Thread(target=server.run, kwargs={"sockets": [server_socket]}, name="emulator", daemon=True)
    # The socket listens already, so clients may connect while the server is still starting.
    thread.start()
    try:
        yield _endpoint_url(server_socket)
    finally:
        server.should_exit = True
        thread.join()
        server_socket.close()


@contextmanager
def open_server_socket(host: str = "127.0.0.1", port: int = 0) -> Iterator[tuple[socket.socket, str]]:
    """Yield a listening socket for `serve_forever` with its endpoint.

    Raises InvalidInput if the address cannot be used.
    """
    with _create_server_socket(host, port) as server_socket:
        yield server_socket, _endpoint_url(server_socket)


def serve_forever(emulator: RequestHandler, server_socket: socket.socket) -> None:
    """Serve in this thread until Ctrl-C."""
    try:
        _create_server(emulator).run(sockets=[server_socket])
    except KeyboardInterrupt:
        # The server shuts down first and then re-raises the interrupt.
        return


def _create_server(
    emulator: RequestHandler, latency: Callable[[], float] = no_latency, exchange_timeout: float = EXCHANGE_TIMEOUT
) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            create_application(emulator, latency=latency),
            http=create_protocol_class(exchange_timeout),
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            ws="none",
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            backlog=_BACKLOG,
        )
    )


def _create_server_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only if the protocol is given.
    server_socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server_socket.bind((host, port))
        server_socket.listen(_BACKLOG)
    except OSError as error:
        server_socket.close()
        raise InvalidInput(f"the address cannot be used: {error.strerror}", f"{host}:{port}") from error
    return server_socket


def _endpoint_url(server_socket: socket.socket) -> str:
    host, port = server_socket.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
