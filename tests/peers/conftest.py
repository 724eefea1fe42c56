"""What the peers talk to: emulators on sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.store import Store

from .keeping import KeepingEmulator, Served
from .python_sdk import MODES, Mode


def pytest_itemcollected(item: pytest.Item) -> None:
    """Everything in this folder is about another implementation."""
    if item.path.parent.name == "peers":
        item.add_marker(pytest.mark.peer)


Serving = Callable[[EmulatorSettings], AbstractContextManager[Served]]


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load()


@pytest.fixture(scope="session")
def serving(contract: Contract) -> Serving:
    """Serves emulators that share one data set."""
    store = Store.from_contract(contract)

    @contextmanager
    def served(settings: EmulatorSettings) -> Iterator[Served]:
        emulator = KeepingEmulator(contract, settings, store=store)
        with serve(emulator) as endpoint:
            yield Served(endpoint, emulator)

    return served


@pytest.fixture(scope="session")
def served(serving: Serving) -> Iterator[Served]:
    """One emulator without a limit for every test that does not need its own."""
    with serving(EmulatorSettings(qps=None)) as running:
        yield running


@pytest.fixture(params=MODES, ids=str)
def mode(request: pytest.FixtureRequest) -> Mode:
    """Every way in which the SDK signs and is called."""
    return request.param


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Peers that only speak to loopback go there directly; the SDK makes no exception for it by itself."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
