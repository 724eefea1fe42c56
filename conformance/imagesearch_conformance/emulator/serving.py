"""The emulator on a socket."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from imagesearch_conformance.emulator.application import Answering, application, at_once
from imagesearch_conformance.emulator.guarding import LONGEST_HEAD, WHOLE_EXCHANGE, guarded
from imagesearch_conformance.errors import BadInput

_BACKLOG = 2048


@contextmanager
def serve(
    emulator: Answering,
    host: str = "127.0.0.1",
    port: int = 0,
    latency: Callable[[], float] = at_once,
    seconds: float = WHOLE_EXCHANGE,
) -> Iterator[str]:
    """Serves in a thread while the context lasts and yields the endpoint; port 0 takes a free one.

    `latency` says of each reply how many seconds it is held back, `seconds` is how long an exchange may take.
    Raises BadInput when the address cannot be used.
    """
    listening = _listen(host, port)
    server = _server(emulator, latency, seconds)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="emulator", daemon=True)
    # The socket listens already, so clients may connect while the server is still starting.
    thread.start()
    try:
        yield _endpoint(listening)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def listening_at(host: str = "127.0.0.1", port: int = 0) -> Iterator[tuple[socket.socket, str]]:
    """A listening socket with the endpoint that it makes, for `serve_forever`; raises BadInput."""
    listening = _listen(host, port)
    with listening:
        yield listening, _endpoint(listening)


def serve_forever(emulator: Answering, listening: socket.socket) -> None:
    """Serves in this thread until the process is interrupted; returns after Ctrl-C."""
    try:
        _server(emulator).run(sockets=[listening])
    except KeyboardInterrupt:
        # The server shuts down first and then hands the interrupt on.
        return


def _server(
    emulator: Answering, latency: Callable[[], float] = at_once, seconds: float = WHOLE_EXCHANGE
) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            application(emulator, latency=latency),
            http=guarded(seconds),
            h11_max_incomplete_event_size=LONGEST_HEAD,
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


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off Nagle's delay only where the protocol is named.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as problem:
        listening.close()
        raise BadInput(f"the address cannot be used: {problem.strerror}", f"{host}:{port}") from problem
    return listening


def _endpoint(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
