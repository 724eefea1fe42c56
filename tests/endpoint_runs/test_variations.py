"""Never a false alarm: whatever conforms is certified, however it differs (tests/selfcheck runs every variation)."""

import pytest

from imagesearch_conformance.emulator import VARIATIONS, Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.runner.dispatcher import Dispatcher
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.http import HttpSender
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.throttle import NoThrottle

pytestmark = pytest.mark.matrix

#: Ways to answer that only a socket shows.
ON_THE_WIRE = ("compressed", "chunked")

#: Variations that use outcomes which the page does not name: accepted, and said.
TOLERATED = {"gateway-codes", "absent-image-refused-by-later-code"}


def decisive(record):
    return [(one.requirement.id, one.outcome.value, one.reason) for one in record.requirements if one.outcome in BAD]


BAD = {Outcome.FAILED, Outcome.ERRORED, Outcome.SKIPPED}


def test_the_reference_is_certified_with_every_requirement_passed(certified):
    record = certified(options=Options(jobs=1, examples=25))
    assert record.verdict is Verdict.CONFORMANT
    assert {one.requirement.id: one.outcome for one in record.requirements if one.outcome is not Outcome.PASSED} == {}
    assert record.request_count <= 450


@pytest.mark.parametrize("name", sorted(TOLERATED))
def test_what_is_tolerated_is_certified_and_said(certified, name):
    record = certified(EmulatorSettings(qps=None, behaviour=VARIATIONS[name]))
    assert decisive(record) == []
    assert record.verdict is Verdict.CONFORMANT
    assert [one.requirement.id for one in record.requirements if one.outcome is Outcome.WARNED]


@pytest.mark.parametrize(
    "name",
    [  # every third one in every run, the others where there is more time
        pytest.param(name, marks=pytest.mark.long if at % 3 else ())
        for at, name in enumerate(sorted(set(VARIATIONS) - TOLERATED))
    ],
)
def test_strictness_refuses_only_what_the_page_does_not_name(certified, name):
    settings = EmulatorSettings(qps=None, behaviour=VARIATIONS[name])
    assert certified(settings, Options(jobs=1, strict=True)).verdict is Verdict.CONFORMANT


@pytest.mark.parametrize("name", sorted(TOLERATED))
def test_strictness_makes_tolerated_outcomes_failures(certified, name):
    settings = EmulatorSettings(qps=None, behaviour=VARIATIONS[name])
    assert certified(settings, Options(jobs=1, strict=True)).verdict is Verdict.NONCONFORMANT


@pytest.mark.parametrize("name", ON_THE_WIRE)
def test_a_variation_of_the_wire_is_certified_over_http(contract, store, surroundings, name):
    settings = EmulatorSettings(qps=None, behaviour=VARIATIONS[name])
    with serve(Emulator(contract, settings, store=store)) as endpoint:
        target = emulated(contract, endpoint, settings)
        sender = HttpSender(endpoint)
        dispatcher = Dispatcher(RequestEncoder(contract, target), sender, NoThrottle(), surroundings, 10.0)
        *_, last = EndpointRun(contract, target, Options(jobs=2), dispatcher).events()
        sender.close()
    assert decisive(last.record) == []
    assert last.record.verdict is Verdict.CONFORMANT
