"""The scripted server: records the requests of clients and answers by a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from attrs import define, field

from imagesearch_conformance.clients.server.listener import Listener
from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.exchange import Exchange


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
