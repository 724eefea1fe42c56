"""Fixtures for tests of clients: the emulator on a socket or behind `responses`, assertions, and scenarios.

Every session imports this module, so each fixture imports what it needs when a test first requests it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from imagesearch_conformance.pytest_plugin.options import configured_document, usage_errors

if TYPE_CHECKING:
    from imagesearch_conformance.testing import (
        ClientScenario,
        ContractAssertions,
        EmulatedService,
        InterceptedService,
    )
    from imagesearch_conformance.testing.client_scenario import ClientTestSessions
    from imagesearch_conformance.testing.emulator import EmulatorContext, EmulatorServer


@pytest.fixture
def imagesearch_emulator(
    request: pytest.FixtureRequest, _imagesearch_emulator_server: EmulatorServer
) -> Iterator[EmulatedService]:
    """Image Search on loopback: endpoint, key, an image, faults, and the requests of the client, which are checked."""
    from imagesearch_conformance.pytest_plugin.fixture_scopes import emulator_scope  # noqa: PLC0415 heavy

    with emulator_scope(request.node, _imagesearch_emulator_server) as service:
        yield service


@pytest.fixture
def imagesearch_responses(
    request: pytest.FixtureRequest, _imagesearch_emulator_context: EmulatorContext
) -> Iterator[InterceptedService]:
    """The emulator in place of the real endpoints, for clients that use `requests`; opens no socket."""
    from imagesearch_conformance.pytest_plugin.fixture_scopes import interception_scope  # noqa: PLC0415 heavy

    with interception_scope(request.node, _imagesearch_emulator_context) as service:
        yield service


@pytest.fixture(scope="session")
def imagesearch_contract(pytestconfig: pytest.Config) -> ContractAssertions:
    """Assertions by the contract: assert_success(body), assert_error(status, body), assert_request(...)."""
    from imagesearch_conformance.testing.assertions import ContractAssertions  # noqa: PLC0415 seldom needed

    with usage_errors():
        document = configured_document(pytestconfig)
        return ContractAssertions() if document is None else ContractAssertions().for_document(document)


@pytest.fixture
def imagesearch_client_scenarios(
    request: pytest.FixtureRequest, _imagesearch_client_sessions: ClientTestSessions
) -> ClientScenario:
    """Each scenario for clients as a test: check(create_client) runs it with create_client(endpoint, key)."""
    from imagesearch_conformance.pytest_plugin.fixture_scopes import client_scenario  # noqa: PLC0415 heavy

    return client_scenario(request, _imagesearch_client_sessions)


@pytest.fixture(scope="session")
def _imagesearch_emulator_context(pytestconfig: pytest.Config) -> EmulatorContext:
    from imagesearch_conformance.testing.emulator import EmulatorContext  # noqa: PLC0415 heavy

    with usage_errors():
        return EmulatorContext.from_document(configured_document(pytestconfig))


@pytest.fixture(scope="session")
def _imagesearch_emulator_server(_imagesearch_emulator_context: EmulatorContext) -> Iterator[EmulatorServer]:
    from imagesearch_conformance.testing.emulator import serve_emulator  # noqa: PLC0415 heavy

    with serve_emulator(_imagesearch_emulator_context) as server:
        yield server


@pytest.fixture(scope="session")
def _imagesearch_client_sessions(pytestconfig: pytest.Config) -> Iterator[ClientTestSessions]:
    from imagesearch_conformance.testing.client_scenario import ClientTestSessions  # noqa: PLC0415 seldom needed

    sessions = ClientTestSessions(configured_document(pytestconfig))
    yield sessions
    sessions.close()
