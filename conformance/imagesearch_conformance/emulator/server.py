"""The emulator on a socket."""

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
    """Serves in a thread while the context lasts and yields the endpoint; port 0 takes a free one.

    `latency` says of each reply how many seconds it is held back, `seconds` is how long an exchange may take.
    Raises BadInput when the address cannot be used.
    """
    listening = _create_server_socket(host, port)
    server = _create_server(emulator, latency, exchange_timeout)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="emulator", daemon=True)
    # The socket listens already, so clients may connect while the server is still starting.
    thread.start()
    try:
        yield _endpoint_url(listening)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def open_server_socket(host: str = "127.0.0.1", port: int = 0) -> Iterator[tuple[socket.socket, str]]:
    """A listening socket with the endpoint that it makes, for `serve_forever`; raises BadInput."""
    listening = _create_server_socket(host, port)
    with listening:
        yield listening, _endpoint_url(listening)


def serve_forever(emulator: RequestHandler, server_socket: socket.socket) -> None:
    """Serves in this thread until the process is interrupted; returns after Ctrl-C."""
    try:
        _create_server(emulator).run(sockets=[server_socket])
    except KeyboardInterrupt:
        # The server shuts down first and then hands the interrupt on.
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
    # asyncio turns off Nagle's delay only where the protocol is named.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as problem:
        listening.close()
        raise InvalidInput(f"the address cannot be used: {problem.strerror}", f"{host}:{port}") from problem
    return listening


def _endpoint_url(server_socket: socket.socket) -> str:
    host, port = server_socket.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
