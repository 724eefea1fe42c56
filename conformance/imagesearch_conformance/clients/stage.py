"""The stage: the server that clients are sent to, which keeps what they send and answers by a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from attrs import define, field

from imagesearch_conformance.clients.listening import Listener
from imagesearch_conformance.clients.script import Script
from imagesearch_conformance.model.exchange import Exchange


@define(eq=False)
class Stage:
    """Listens at two addresses of loopback from the beginning until it is closed; safe for many threads.

    The clock (UTC) says when a request came. What is no HTTP is answered with a refusal, takes no play
    of the script, and is kept as a request without a method whose body is the beginning of what came.
    """

    clock: Callable[[], datetime]
    _here: Listener = field(init=False)
    _there: Listener = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._here = Listener(self.clock)
        self._there = Listener(self.clock)

    @property
    def endpoint(self) -> str:
        """Where clients are sent to."""
        return f"http://127.0.0.1:{self._here.port}"

    @property
    def elsewhere(self) -> str:
        """Another host and port, which a client has no reason to know until it is redirected."""
        return f"http://localhost:{self._there.port}"

    def play(self, script: Script) -> None:
        """Begins a script: what was received is forgotten, and what waits in the script before ends."""
        self._here.play(script.plays)
        self._there.play(script.elsewhere)

    def received(self) -> tuple[Exchange, ...]:
        """What came to the endpoint since the script began, in order."""
        return self._here.received()

    def received_elsewhere(self) -> tuple[Exchange, ...]:
        """What came to the other address since the script began, in order."""
        return self._there.received()

    def close(self) -> None:
        """Ends every connection, whatever its client does."""
        self._here.close()
        self._there.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
