"""The scripted server: records the requests of clients and answers by a script."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Protocol, Self

from attrs import define, field

from imagesearch_conformance.clients.server.connection import ScriptSession, ServerConnection
from imagesearch_conformance.clients.server.script import Script, ScriptedResponse
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput, InvalidSpec
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    SignatureScheme,
    Target,
)
from imagesearch_conformance.model.wire import Exchange

_LOOPBACK = "127.0.0.1"

#: Limit of open connections; beyond it an idle one is closed, the oldest first, as servers do.
MAX_CONNECTIONS = 256

#: Time for threads to end on close, and delay before the next accept after an error, in seconds.
_CLOSE_TIMEOUT, _RETRY_DELAY = 5.0, 0.05

_BACKLOG = 128


class ScenarioServer(Protocol):
    """Records the requests of a client and answers them."""

    def start_script(self, script: Script) -> None:
        """Start a script; earlier requests are forgotten."""

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges at the endpoint since the script started."""

    def other_exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges at the other address since the script started."""


def _create_server_socket() -> socket.socket:
    try:
        return socket.create_server((_LOOPBACK, 0), backlog=_BACKLOG)
    except OSError as error:
        raise InvalidInput(f"cannot listen: {error.strerror}", _LOOPBACK) from error


@define(eq=False)
class Listener:
    """Listens on a free port from its creation until it is closed."""

    clock: Callable[[], datetime]
    port: int = field(init=False)
    _socket: socket.socket = field(factory=_create_server_socket, init=False)
    _session: ScriptSession = field(init=False)
    _connections: dict[ServerConnection, Thread] = field(factory=dict, init=False)
    _closed: Event = field(factory=Event, init=False)
    _lock: Lock = field(factory=Lock, init=False)
    _accept_thread: Thread = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.port = self._socket.getsockname()[1]
        self._session = ScriptSession((), self.clock)
        self._accept_thread = Thread(target=self._accept_connections, name=f"server {self.port}", daemon=True)
        self._accept_thread.start()

    def start_script(self, responses: tuple[ScriptedResponse, ...]) -> None:
        """Start a script: forget earlier requests and end what still waits."""
        with self._lock:
            previous, self._session = self._session, ScriptSession(responses, self.clock)
        previous.end()

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges since the script started."""
        return self._session.exchanges()

    def close(self) -> None:
        """End every connection, whatever its client does."""
        if self._closed.is_set():
            return
        self._closed.set()
        # On some systems only a connection wakes a thread that waits in accept().
        with suppress(OSError):
            socket.create_connection((_LOOPBACK, self.port), _CLOSE_TIMEOUT).close()
        self._accept_thread.join(_CLOSE_TIMEOUT)
        self._socket.close()
        self._session.end()
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            connection.disconnect()
        for thread in connections.values():
            thread.join(_CLOSE_TIMEOUT)

    def _accept_connections(self) -> None:
        while not self._closed.is_set():
            try:
                client_socket, _ = self._socket.accept()
            except OSError:
                # The client has disconnected already, or there are no file descriptors left.
                self._closed.wait(_RETRY_DELAY)
                continue
            if self._closed.is_set():
                client_socket.close()
                return
            self._start_connection(client_socket)

    def _start_connection(self, client_socket: socket.socket) -> None:
        # Small pieces have to be sent one by one, not once there are enough of them.
        with suppress(OSError):
            client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = ServerConnection(client_socket, lambda: self._session)
        thread = Thread(target=self._serve, args=(connection,), name=f"server {self.port}", daemon=True)
        self._make_room()
        with self._lock:
            self._connections[connection] = thread
        thread.start()

    def _serve(self, connection: ServerConnection) -> None:
        try:
            connection.serve()
        finally:
            with self._lock:
                del self._connections[connection]

    def _make_room(self) -> None:
        with self._lock:
            if len(self._connections) < MAX_CONNECTIONS:
                return
            idle = (connection for connection in self._connections if connection.is_idle)
            oldest = next(idle, next(iter(self._connections)))
        oldest.disconnect()


@define(eq=False)
class ScriptedServer:
    """Listens at two loopback addresses from its creation until it is closed; thread-safe.

    `clock` (UTC) gives the time of requests. Input that is not HTTP gets an error response, uses no response of
    the script, and is recorded as a request without a method whose body is the beginning of the input.
    """

    clock: Callable[[], datetime]
    _listener: Listener = field(init=False)
    _other_listener: Listener = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._listener = Listener(self.clock)
        self._other_listener = Listener(self.clock)

    @property
    def endpoint(self) -> str:
        """The address that clients are given."""
        return f"http://127.0.0.1:{self._listener.port}"

    @property
    def other_endpoint(self) -> str:
        """Another host and port, which clients learn from redirects only."""
        return f"http://localhost:{self._other_listener.port}"

    def start_script(self, script: Script) -> None:
        """Start a script: forget earlier requests and end what still waits."""
        self._listener.start_script(script.responses)
        self._other_listener.start_script(script.other_responses)

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges at the endpoint since the script started, in order."""
        return self._listener.exchanges()

    def other_exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges at the other address since the script started, in order."""
        return self._other_listener.exchanges()

    def close(self) -> None:
        """End every connection, whatever its client does."""
        self._listener.close()
        self._other_listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def generate_credentials() -> Credentials:
    """Return a random key, unlikely to occur in any other text."""
    return Credentials(f"key-{secrets.token_hex(6)}", secrets.token_hex(16))


def build_server_target(contract: Contract, endpoint: str, credentials: Credentials) -> Target:
    """Return the target that clients are told to call; raise InvalidSpec if the contract has no example names."""
    examples = {
        parameter.name: str(parameter.examples[0])
        for parameter in contract.parameters
        if parameter.required and parameter.examples
    }
    product, picture = contract.image.parameters
    try:
        image, instance_name = Image(examples[product], examples[picture]), examples[contract.instance_parameter]
    except KeyError as error:
        raise InvalidSpec(f"the contract has no example of {error}", "schemas/request.json") from None
    max_length = contract.parameter(contract.instance_parameter).max_length or len(instance_name)
    instance_names = dict.fromkeys((instance_name, instance_name.ljust(max_length, "x")[:max_length]))
    return Target(
        endpoint=endpoint,
        instances=tuple(Instance(name, images=(image,)) for name in instance_names),
        signature=SignatureScheme.V3,
        region_id=contract.protocol.regions[0],
        credentials=credentials,
        capabilities=Capabilities(authentication=True, document=contract.revision),
    )
