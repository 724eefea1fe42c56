"""Emulators on sockets for other implementations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.store import Store

from .python_sdk import MODES, Mode
from .recording_emulator import RecordingEmulator, RunningEmulator


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark everything in this folder as a test with another implementation."""
    if item.path.parent.name == "peers":
        item.add_marker(pytest.mark.peer)


EmulatorRunner = Callable[[EmulatorSettings], AbstractContextManager[RunningEmulator]]


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load()


@pytest.fixture(scope="session")
def run_emulator(contract: Contract) -> EmulatorRunner:
    """Runs emulators that share one data set."""
    store = Store.from_contract(contract)

    @contextmanager
    def run(settings: EmulatorSettings) -> Iterator[RunningEmulator]:
        recording = RecordingEmulator(contract, settings, store=store)
        with serve(recording) as endpoint:
            yield RunningEmulator(endpoint, recording)

    return run


@pytest.fixture(scope="session")
def emulator(run_emulator: EmulatorRunner) -> Iterator[RunningEmulator]:
    """The emulator without a rate limit that tests share."""
    with run_emulator(EmulatorSettings(qps=None)) as running:
        yield running


@pytest.fixture(params=MODES, ids=str)
def mode(request: pytest.FixtureRequest) -> Mode:
    """Every mode of the SDK."""
    return request.param


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the proxies: the SDK makes no exception for loopback."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
