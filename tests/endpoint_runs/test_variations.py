"""Conforming variations of the emulator are never flagged (tests/selfcheck runs every variation)."""

import pytest

from imagesearch_conformance.emulator import VARIATIONS, Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.runner.dispatcher import Dispatcher
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.http import HttpSender
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.throttle import NoThrottle

pytestmark = pytest.mark.full_runs

#: Variations that only a socket shows.
WIRE_VARIATIONS = ("compressed", "chunked")

#: Variations with outcomes that the documentation does not name: accepted with a warning.
TOLERATED = {"gateway-codes", "absent-image-refused-by-later-code"}

#: One variation each of images, counters, filters, integers, error bodies, fields, headers and parameters.
CORE_VARIATIONS = (
    "absent-image-refused",
    "counters-by-name",
    "filter-keywords-in-any-case",
    "integers-lenient",
    "error-details-absent",
    "optional-fields-absent",
    "media-type-spaced",
    "unknown-parameters-refused",
)
FURTHER_VARIATIONS = sorted(set(VARIATIONS) - TOLERATED - set(CORE_VARIATIONS))

PROBLEMS = {Outcome.FAILED, Outcome.ERRORED, Outcome.SKIPPED}


def problems(record):
    return [
        (result.requirement.id, result.outcome.value, result.reason)
        for result in record.requirements
        if result.outcome in PROBLEMS
    ]


def test_the_reference_passes_every_requirement(run_suite):
    record = run_suite(options=Options(jobs=1, examples=25))
    outcomes = {result.requirement.id: result.outcome for result in record.requirements}
    assert record.verdict is Verdict.CONFORMANT
    assert {name: outcome for name, outcome in outcomes.items() if outcome is not Outcome.PASSED} == {}
    assert record.request_count <= 450


@pytest.mark.parametrize("name", sorted(TOLERATED))
def test_tolerated_outcomes_conform_with_a_warning(run_suite, name):
    record = run_suite(EmulatorSettings(qps=None, behaviour=VARIATIONS[name]))
    assert problems(record) == []
    assert record.verdict is Verdict.CONFORMANT
    assert [result.requirement.id for result in record.requirements if result.outcome is Outcome.WARNED]


@pytest.mark.parametrize(
    "name", [*CORE_VARIATIONS, *(pytest.param(name, marks=pytest.mark.long) for name in FURTHER_VARIATIONS)]
)
def test_documented_variations_conform_in_strict_mode(run_suite, name):
    settings = EmulatorSettings(qps=None, behaviour=VARIATIONS[name])
    assert run_suite(settings, Options(jobs=1, strict=True)).verdict is Verdict.CONFORMANT


@pytest.mark.parametrize("name", sorted(TOLERATED))
def test_tolerated_outcomes_fail_in_strict_mode(run_suite, name):
    settings = EmulatorSettings(qps=None, behaviour=VARIATIONS[name])
    assert run_suite(settings, Options(jobs=1, strict=True)).verdict is Verdict.NONCONFORMANT


@pytest.mark.parametrize("name", WIRE_VARIATIONS)
def test_a_variation_of_the_transfer_conforms_over_http(contract, store, real_time, name):
    settings = EmulatorSettings(qps=None, behaviour=VARIATIONS[name])
    with serve(Emulator(contract, settings, store=store)) as endpoint:
        target = build_target(contract, endpoint, settings)
        sender = HttpSender(endpoint)
        dispatcher = Dispatcher(RequestEncoder(contract, target), sender, NoThrottle(), real_time, 10.0)
        *_, finished = EndpointRun(contract, target, Options(jobs=2), dispatcher).events()
        sender.close()
    assert problems(finished.record) == []
    assert finished.record.verdict is Verdict.CONFORMANT
