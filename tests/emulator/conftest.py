"""Fixtures for the contract, the data set and clients of emulators."""

from __future__ import annotations

import pytest

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator.store import Store

from .emulator_client import ClientFactory, EmulatorClient


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load()


@pytest.fixture(scope="session")
def store(contract: Contract) -> Store:
    return Store.from_contract(contract)


@pytest.fixture(scope="session")
def create_client(contract: Contract, store: Store) -> ClientFactory:
    return ClientFactory(contract, store)


@pytest.fixture(scope="session")
def shared_client(create_client: ClientFactory) -> EmulatorClient:
    return create_client()


@pytest.fixture
def client(create_client: ClientFactory) -> EmulatorClient:
    return create_client()
