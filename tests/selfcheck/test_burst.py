"""What trials share is the same for every thread: bursts come from several."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.model.case import Probe, Request
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.selfcheck.trial_cache import CachingResponder, DeterministicRequestEncoder, TrialCache

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

#: Enough that requests of several threads meet, where nothing keeps them apart.
MANY = 400


@pytest.fixture
def hurried():
    """Threads that give way to each other all the time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    with ThreadPoolExecutor(8) as pool:
        yield pool
    sys.setswitchinterval(usual)


@pytest.fixture
def envelope(contract):
    emulator = Emulator(contract, EmulatorSettings())
    described = build_target(contract, "http://127.0.0.1:8080", EmulatorSettings(), emulator.store.dataset)
    return DeterministicRequestEncoder(contract, described, TrialCache(), NOW)


def probe(contract):
    return Probe(Request(action=contract.protocol.action, version=contract.protocol.version, parameters=()), fresh=True)


def test_no_two_requests_of_a_burst_are_the_same(hurried, contract, envelope):
    asked = probe(contract)
    sent = list(hurried.map(lambda number: envelope.encode(asked, NOW, f"given-{number}"), range(MANY)))
    assert len({one.header("x-acs-signature-nonce") for one in sent}) == MANY


def test_no_two_replies_of_a_burst_have_the_same_id(hurried, contract, envelope):
    desk, request = CachingResponder(TrialCache(), reuse_outcomes=False), envelope.encode(probe(contract), NOW, "given")

    def answered(_number):
        return desk.handle(request, lambda _: WireResponse(200, (), desk.request_id().encode())).body

    assert len(set(hurried.map(answered, range(MANY)))) == MANY
