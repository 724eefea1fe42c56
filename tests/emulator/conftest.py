"""The contract and the data set, made once, and a way to begin conversations."""

from __future__ import annotations

import pytest

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator.store import Store

from .emulator_conversation import Conversation, Opening


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load()


@pytest.fixture(scope="session")
def store(contract: Contract) -> Store:
    return Store.from_contract(contract)


@pytest.fixture(scope="session")
def opening(contract: Contract, store: Store) -> Opening:
    return Opening(contract, store)


@pytest.fixture(scope="session")
def long_talk(opening: Opening) -> Conversation:
    return opening()


@pytest.fixture
def talk(opening: Opening) -> Conversation:
    return opening()
