"""A scenario for clients as one test sees it, and the sessions that tests share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from attrs import define, field

from imagesearch_conformance.model.target import Credentials

if TYPE_CHECKING:
    from imagesearch_conformance.client_testing import (  # heavy, and only scenarios need it
        ClientFactory,
        ClientTestSession,
    )


@define(eq=False)
class ClientScenario:
    """One call for the client, the response of the server, and what the client may send and return."""

    id: str
    title: str
    _sessions: ClientTestSessions
    _test_key: Hashable

    def check(self, create_client: ClientFactory) -> None:
        """Run the scenario with the client that `create_client(endpoint, key)` returns.

        The client is a callable that takes the parameters by their wire names and returns the body of the response,
        or status and body. Raises AssertionError with the findings.
        """
        __tracebackhide__ = True  # pytest shows the test, not this
        self._sessions.get_session(self._test_key, create_client).check(self.id)


@define(eq=False)
class ClientTestSessions:
    """One session for each test function, so that the nonces of all its scenarios are compared."""

    document: str | None = None
    _sessions: dict[Hashable, tuple[ClientTestSession, _CurrentClient]] = field(factory=dict, init=False)
    _exit_stack: ExitStack = field(factory=ExitStack, init=False)

    def get_session(self, test_key: Hashable, create_client: ClientFactory) -> ClientTestSession:
        """Return the session of a test function, with the client of this factory."""
        if test_key not in self._sessions:
            from imagesearch_conformance.client_testing import ClientTestSession  # noqa: PLC0415 heavy

            client = _CurrentClient(create_client)
            new_session = self._exit_stack.enter_context(ClientTestSession(client.create_proxy, document=self.document))
            self._sessions[test_key] = (new_session, client)
        session, client = self._sessions[test_key]
        client.switch_client(create_client)
        return session

    def close(self) -> None:
        """End all sessions."""
        self._exit_stack.close()


@define(eq=False)
class _CurrentClient:
    """The client of the current scenario: a factory that is a new closure in each test creates another client."""

    create_client: ClientFactory
    _arguments: tuple[str, Credentials] | None = field(default=None, init=False)
    _client: Callable[[Any], Any] | None = field(default=None, init=False)

    def create_proxy(self, endpoint: str, key: Credentials) -> Callable[[Any], Any]:
        """Return a callable that calls the current client."""
        self._arguments = (endpoint, key)
        return self._search

    def switch_client(self, create_client: ClientFactory) -> None:
        """Use the client of this factory from now on; create it only if the factory is another one."""
        if self._arguments is not None and (self._client is None or create_client is not self.create_client):
            self.create_client, self._client = create_client, create_client(*self._arguments)

    def _search(self, parameters: Any) -> Any:
        if self._client is None:
            raise RuntimeError("no client was created")
        return self._client(parameters)
