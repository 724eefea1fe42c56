"""Fixtures for the tests of clients: the emulator, behind a socket or behind `responses`, and validators.

Everything that they are made of is imported when a test first asks for it: this module is part of every session.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from imagesearch_conformance.pytest_plugin.options import document_of, usage

if TYPE_CHECKING:
    from imagesearch_conformance.testing import (
        ClientScenario,
        ContractAssertions,
        EmulatedService,
        InterceptedService,
    )
    from imagesearch_conformance.testing.client_scenario import Rehearsals
    from imagesearch_conformance.testing.stand import Stand
    from imagesearch_conformance.testing.world import World


@pytest.fixture
def imagesearch_emulator(request: pytest.FixtureRequest, _imagesearch_stand: Stand) -> Iterator[EmulatedService]:
    """Image Search on loopback: endpoint, key, an image, faults to order, and what the client sent (checked)."""
    from imagesearch_conformance.pytest_plugin.service import on_a_socket  # noqa: PLC0415 heavy

    with on_a_socket(request.node, _imagesearch_stand) as service:
        yield service


@pytest.fixture
def imagesearch_responses(request: pytest.FixtureRequest, _imagesearch_world: World) -> Iterator[InterceptedService]:
    """The same in place of the real endpoints, for clients that use `requests`; no socket is opened."""
    from imagesearch_conformance.pytest_plugin.service import in_process  # noqa: PLC0415 heavy

    with in_process(request.node, _imagesearch_world) as service:
        yield service


@pytest.fixture(scope="session")
def imagesearch_contract(pytestconfig: pytest.Config) -> ContractAssertions:
    """Validators by the contract: assert_success(body), assert_error(status, body), assert_request(...)."""
    from imagesearch_conformance.testing.assertions import ContractAssertions  # noqa: PLC0415 seldom wanted

    with usage():
        document = document_of(pytestconfig)
        return ContractAssertions() if document is None else ContractAssertions().of(document)


@pytest.fixture
def imagesearch_client_scenarios(request: pytest.FixtureRequest, _imagesearch_rehearsals: Rehearsals) -> ClientScenario:
    """One scenario for clients, a test each: check(make) plays it with the client that make(endpoint, key) gives."""
    from imagesearch_conformance.pytest_plugin.service import scenario  # noqa: PLC0415 heavy

    return scenario(request, _imagesearch_rehearsals)


@pytest.fixture(scope="session")
def _imagesearch_world(pytestconfig: pytest.Config) -> World:
    from imagesearch_conformance.testing.world import World  # noqa: PLC0415 heavy

    with usage():
        return World.of(document_of(pytestconfig))


@pytest.fixture(scope="session")
def _imagesearch_stand(_imagesearch_world: World) -> Iterator[Stand]:
    from imagesearch_conformance.testing.stand import standing  # noqa: PLC0415 heavy

    with standing(_imagesearch_world) as stand:
        yield stand


@pytest.fixture(scope="session")
def _imagesearch_rehearsals(pytestconfig: pytest.Config) -> Iterator[Rehearsals]:
    from imagesearch_conformance.testing.client_scenario import Rehearsals  # noqa: PLC0415 seldom wanted

    rehearsals = Rehearsals(document_of(pytestconfig))
    yield rehearsals
    rehearsals.close()
