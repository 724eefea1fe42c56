"""Both revisions certify the emulator that serves them, and requirements added by the later one are tested."""

import pytest
from attrs import evolve

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import VARIATIONS, EmulatorSettings
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.settings.options import Options

LATER = "2026-06"

pytestmark = pytest.mark.full_runs


def requirements_with(record, *outcomes):
    return {result.requirement.id for result in record.requirements if result.outcome in outcomes}


def test_the_emulator_of_the_later_revision_passes_every_requirement(run_suite):
    record = run_suite(options=Options(jobs=1, examples=25), document=LATER)
    assert record.contract.revision == LATER
    assert requirements_with(record, *set(Outcome) - {Outcome.PASSED}) == set()
    assert record.verdict is Verdict.CONFORMANT
    assert record.request_count <= 600


@pytest.mark.long
def test_an_endpoint_that_merely_adds_the_later_fields_passes_the_first_revision(run_suite):
    settings = EmulatorSettings(qps=20.0, behaviour=VARIATIONS["later-fields"])
    record = run_suite(settings, Options(jobs=1, examples=25))
    assert requirements_with(record, *set(Outcome) - {Outcome.PASSED}) == set()


def test_requests_signed_with_v2_carry_the_threshold_too(run_suite):
    record = run_suite(document=LATER, adapt=lambda target: evolve(target, signature=SignatureScheme.V2))
    assert record.verdict is Verdict.CONFORMANT


def test_an_endpoint_of_the_first_revision_does_not_conform_to_the_later_one(run_suite):
    record = run_suite(judged_by=load(None, LATER))
    failed = requirements_with(record, Outcome.FAILED)
    assert record.verdict is Verdict.NONCONFORMANT
    assert {"scorethreshold.floor", "distinctproductid.unique", "scorethreshold.pattern"} <= failed


@pytest.mark.parametrize("name", ["threshold-ignored", "distinct-fails"])
def test_a_fault_of_a_feature_that_the_contract_lacks_is_rejected(run_suite, name):
    with pytest.raises(InvalidInput, match="does not apply to revision 2023-09"):
        run_suite(EmulatorSettings(faults=(name,)))


def sent_value(record, case_id, parameter):
    case = next(result.case for result in record.cases if result.case.id == case_id)
    return case.probes[-1].request.value(parameter)


def test_an_edited_overlay_is_tested_and_expected(copied, run_suite):
    copied.edit(f"revisions/{LATER}/schemas/request.overlay.yaml", "maxLength: 4096", "maxLength: 3000")
    copied.edit(f"revisions/{LATER}/schemas/request.overlay.yaml", 'default: "0.00"', 'default: "0.99"')
    record = run_suite(judged_by=load(copied.root, LATER), document=LATER)
    assert len(sent_value(record, "filter.maxlength/at", "Filter")) == 3000
    assert sent_value(record, "scorethreshold.default/explicit", "ScoreThreshold") == "0.99"
    assert requirements_with(record, Outcome.FAILED) == {"filter.maxlength", "scorethreshold.default"}
