"""The cache of trials changes no result, and concurrent requests of a burst stay distinct."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.model.case import Probe, Request
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.selfcheck.trial import Variant, VariantKind
from imagesearch_conformance.selfcheck.trial_cache import DeterministicRequestEncoder, RequestIdSource, TrialCache
from imagesearch_conformance.selfcheck.trial_runner import TrialRunner

DOCUMENT = "2023-09"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

#: Faults at every stage of the emulator, with responses that differ all, some, or only in a repeated request.
CORE_FAULTS = ("throttling-absent", "cache-ignores-start")
FURTHER_FAULTS = (
    "error-status-200",
    "requestid-repeated",
    "head-searchtime-missing",
    "body-with-bom",
    "filter-greater-inclusive",
    "replay-accepted",
    "scores-drift",
    "clock-strict",
)

#: Enough requests that those of several threads overlap unless something prevents it.
BURST_SIZE = 400


@pytest.fixture(scope="module")
def caching_runner():
    runner = TrialRunner.from_spec(None, DOCUMENT)
    runner.fill_cache()
    return runner


@pytest.fixture(scope="module")
def run_without_cache(caching_runner):
    def run(variant):
        return TrialRunner(caching_runner.contract, caching_runner.store).run_trial(variant)

    return run


@pytest.mark.parametrize(
    "name", [*CORE_FAULTS, *(pytest.param(name, marks=pytest.mark.long) for name in FURTHER_FAULTS)]
)
def test_a_fault_has_the_same_trial_with_and_without_a_cache(caching_runner, run_without_cache, name):
    variant = Variant(VariantKind.FAULT, name, DOCUMENT)
    uncached, cached = run_without_cache(variant), caching_runner.run_trial(variant)
    assert evolve(cached, seconds=0.0) == evolve(uncached, seconds=0.0)
    assert cached.is_killed


@pytest.mark.parametrize("name", [pytest.param("extra-fields", marks=pytest.mark.long), "window-cut"])
def test_a_variation_has_the_same_trial_with_and_without_a_cache(caching_runner, run_without_cache, name):
    variant = Variant(VariantKind.VARIATION, name, DOCUMENT)
    assert evolve(caching_runner.run_trial(variant), seconds=0.0) == evolve(run_without_cache(variant), seconds=0.0)


@pytest.mark.long
def test_the_order_of_trials_changes_none_of_them(caching_runner):
    variants = [Variant(VariantKind.FAULT, name, DOCUMENT) for name in ("cache-ignores-filter", "msg-missing")]

    def trials(order):
        return [evolve(caching_runner.run_trial(variant), seconds=0.0) for variant in order]

    assert trials(reversed(variants)) == trials(variants)[::-1]


@pytest.fixture
def busy_threads():
    """A pool of threads that switch as often as possible."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    with ThreadPoolExecutor(8) as pool:
        yield pool
    sys.setswitchinterval(interval)


@pytest.fixture
def encoder(contract):
    emulator = Emulator(contract, EmulatorSettings())
    target = build_target(contract, "http://127.0.0.1:8080", EmulatorSettings(), emulator.store.dataset)
    return DeterministicRequestEncoder(contract, target, TrialCache(), NOW)


def fresh_probe(contract):
    return Probe(Request(action=contract.protocol.action, version=contract.protocol.version, parameters=()), fresh=True)


def test_no_two_requests_of_a_burst_are_equal(busy_threads, contract, encoder):
    probe = fresh_probe(contract)
    requests = list(busy_threads.map(lambda number: encoder.encode(probe, NOW, f"nonce {number}"), range(BURST_SIZE)))
    assert len({request.header("x-acs-signature-nonce") for request in requests}) == BURST_SIZE


def test_no_two_responses_of_a_burst_have_the_same_request_id(busy_threads, contract, encoder):
    ids, request = RequestIdSource(TrialCache()), encoder.encode(fresh_probe(contract), NOW, "nonce")

    def request_id(_number):
        return ids.handle(request, lambda _: WireResponse(200, (), ids.request_id().encode())).body

    assert len(set(busy_threads.map(request_id, range(BURST_SIZE)))) == BURST_SIZE
