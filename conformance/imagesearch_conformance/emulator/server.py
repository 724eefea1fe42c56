"""The emulator on a TCP socket."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from imagesearch_conformance.emulator.application import RequestHandler, create_application, no_latency
from imagesearch_conformance.emulator.connection_limits import EXCHANGE_TIMEOUT, MAX_HEAD_BYTES, create_protocol_class
from imagesearch_conformance.errors import InvalidInput

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
