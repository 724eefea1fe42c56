"""One scenario for clients as a test has it, and the rehearsals that tests share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from attrs import define, field

from imagesearch_conformance.model.target import Credentials

if TYPE_CHECKING:
    from imagesearch_conformance.client_testing import (  # heavy, and wanted by scenarios only
        ClientFactory,
        ClientTestSession,
    )


@define(eq=False)
class ClientScenario:
    """One thing that a client is asked to do, with what it may send and hand back."""

    id: str
    title: str
    _sessions: ClientTestSessions
    _test_key: Hashable

    def check(self, create_client: ClientFactory) -> None:
        """Plays the scenario with the client that `make(endpoint, key)` gives.

        The client is a callable that takes the parameters by their wire names and returns the body of the reply, or
        status and body. Raises AssertionError that explains what departed.
        """
        __tracebackhide__ = True  # pytest shows the test, not this
        self._sessions.get_session(self._test_key, create_client).check(self.id)


@define(eq=False)
class ClientTestSessions:
    """One rehearsal for each test function: the nonces of all its scenarios are compared."""

    document: str | None = None
    _sessions: dict[Hashable, tuple[ClientTestSession, _CurrentClient]] = field(factory=dict, init=False)
    _exit_stack: ExitStack = field(factory=ExitStack, init=False)

    def get_session(self, test_key: Hashable, create_client: ClientFactory) -> ClientTestSession:
        """The rehearsal of a test function, playing with the client that is made here."""
        if test_key not in self._sessions:
            from imagesearch_conformance.client_testing import ClientTestSession  # noqa: PLC0415 heavy

            current = _CurrentClient(create_client)
            opened = self._exit_stack.enter_context(ClientTestSession(current.create_proxy, document=self.document))
            self._sessions[test_key] = (opened, current)
        rehearsal, current = self._sessions[test_key]
        current.switch_client(create_client)
        return rehearsal

    def close(self) -> None:
        """Ends all rehearsals."""
        self._exit_stack.close()


@define(eq=False)
class _CurrentClient:
    """The client that is playing: tests may make it anew for each scenario, since theirs is a new closure."""

    create_client: ClientFactory
    _arguments: tuple[str, Credentials] | None = field(default=None, init=False)
    _client: Callable[[Any], Any] | None = field(default=None, init=False)

    def create_proxy(self, endpoint: str, key: Credentials) -> Callable[[Any], Any]:
        """Stands for the client in the rehearsal."""
        self._arguments = (endpoint, key)
        return self._search

    def switch_client(self, create_client: ClientFactory) -> None:
        """Takes the client of this maker from now on."""
        if self._arguments is not None and (self._client is None or create_client is not self.create_client):
            self.create_client, self._client = create_client, create_client(*self._arguments)

    def _search(self, parameters: Any) -> Any:
        if self._client is None:
            raise RuntimeError("no client was made")
        return self._client(parameters)
