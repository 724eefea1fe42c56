"""The stage: the server that clients are sent to, which keeps what they send and answers by a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from attrs import define, field

from imagesearch_conformance.clients.server.listener import Listener
from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.wire import Exchange


@define(eq=False)
class ScriptedServer:
    """Listens at two addresses of loopback from the beginning until it is closed; safe for many threads.

    The clock (UTC) says when a request came. What is no HTTP is answered with a refusal, takes no play
    of the script, and is kept as a request without a method whose body is the beginning of what came.
    """

    clock: Callable[[], datetime]
    _listener: Listener = field(init=False)
    _other_listener: Listener = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._listener = Listener(self.clock)
        self._other_listener = Listener(self.clock)

    @property
    def endpoint(self) -> str:
        """Where clients are sent to."""
        return f"http://127.0.0.1:{self._listener.port}"

    @property
    def other_endpoint(self) -> str:
        """Another host and port, which a client has no reason to know until it is redirected."""
        return f"http://localhost:{self._other_listener.port}"

    def start_script(self, script: Script) -> None:
        """Begins a script: what was received is forgotten, and what waits in the script before ends."""
        self._listener.start_script(script.responses)
        self._other_listener.start_script(script.other_responses)

    def exchanges(self) -> tuple[Exchange, ...]:
        """What came to the endpoint since the script began, in order."""
        return self._listener.exchanges()

    def other_exchanges(self) -> tuple[Exchange, ...]:
        """What came to the other address since the script began, in order."""
        return self._other_listener.exchanges()

    def close(self) -> None:
        """Ends every connection, whatever its client does."""
        self._listener.close()
        self._other_listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
