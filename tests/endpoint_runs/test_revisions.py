"""Both revisions certify the emulator that serves them, and what the later one adds is under test itself."""

import pytest
from attrs import evolve

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import VARIATIONS, EmulatorSettings
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.settings.options import Options

LATER = "2026-06"

pytestmark = pytest.mark.matrix


def named(record, *outcomes):
    return {one.requirement.id for one in record.requirements if one.outcome in outcomes}


def test_the_emulator_is_certified_with_every_requirement_passed(certified):
    record = certified(options=Options(jobs=1, examples=25), document=LATER)
    assert record.contract.revision == LATER
    assert named(record, *set(Outcome) - {Outcome.PASSED}) == set()
    assert record.verdict is Verdict.CONFORMANT
    assert record.request_count <= 600


@pytest.mark.long
def test_an_endpoint_that_merely_adds_the_later_fields_is_certified_by_the_first_revision(certified):
    settings = EmulatorSettings(qps=20.0, behaviour=VARIATIONS["later-fields"])
    record = certified(settings, Options(jobs=1, examples=25))
    assert named(record, *set(Outcome) - {Outcome.PASSED}) == set()


def test_the_call_style_of_signature_v2_carries_the_threshold_too(certified):
    record = certified(document=LATER, adapt=lambda target: evolve(target, signature=SignatureScheme.V2))
    assert record.verdict is Verdict.CONFORMANT


def test_an_endpoint_of_the_first_revision_does_not_follow_the_later_one(certified):
    record = certified(judged_by=load(None, LATER))
    failed = named(record, Outcome.FAILED)
    assert record.verdict is Verdict.NONCONFORMANT
    assert {"scorethreshold.floor", "distinctproductid.unique", "scorethreshold.pattern"} <= failed


@pytest.mark.parametrize("name", ["threshold-ignored", "distinct-fails"])
def test_a_fault_of_what_a_contract_lacks_is_refused(certified, name):
    with pytest.raises(InvalidInput, match="2023-09 has nothing"):
        certified(EmulatorSettings(faults=(name,)))


def sent(record, case_id, parameter):
    case = next(one.case for one in record.cases if one.case.id == case_id)
    return case.probes[-1].request.value(parameter)


def test_another_value_in_an_overlay_is_tested_and_expected(copied, certified):
    copied.edit(f"revisions/{LATER}/schemas/request.overlay.yaml", "maxLength: 4096", "maxLength: 3000")
    copied.edit(f"revisions/{LATER}/schemas/request.overlay.yaml", 'default: "0.00"', 'default: "0.99"')
    record = certified(judged_by=load(copied.root, LATER), document=LATER)
    assert len(sent(record, "filter.maxlength/at", "Filter")) == 3000
    assert sent(record, "scorethreshold.default/explicit", "ScoreThreshold") == "0.99"
    assert named(record, Outcome.FAILED) == {"filter.maxlength", "scorethreshold.default"}
