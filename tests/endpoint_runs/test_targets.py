"""One endpoint with every call style and fewer claims: it conforms, and what cannot be judged says why."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.access_keys import TEMPORARY_CREDENTIALS
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.target import Capabilities, InstanceType, SignatureScheme
from imagesearch_conformance.settings.options import Options

SIGNATURE_REQUIRED = EmulatorSettings(qps=None)
SIGNATURE_OPTIONAL = EmulatorSettings(qps=None, signature="optional")


def unsigned(target):
    return evolve(target, signature=SignatureScheme.NONE, credentials=None, unauthorized_credentials=None)


def without_profile(target):
    """Adapt a target to what is known without a profile: an address, and the documented example values."""
    documented = evolve(target.instance, images=target.instance.images[:1])
    return evolve(unsigned(target), instances=(documented,), capabilities=Capabilities(), without_profile=True)


def generic_only(target):
    instances = tuple(instance for instance in target.instances if instance.type is InstanceType.GENERIC)
    return evolve(target, instances=instances)


TARGETS = {
    "signature V2": (SIGNATURE_REQUIRED, lambda target: evolve(target, signature=SignatureScheme.V2)),
    "temporary key": (SIGNATURE_REQUIRED, lambda target: evolve(target, credentials=TEMPORARY_CREDENTIALS)),
    "temporary key, V2": (
        SIGNATURE_REQUIRED,
        lambda target: evolve(target, signature=SignatureScheme.V2, credentials=TEMPORARY_CREDENTIALS),
    ),
    "unsigned": (SIGNATURE_OPTIONAL, unsigned),
    "no profile": (SIGNATURE_OPTIONAL, without_profile),
    "generic instance": (SIGNATURE_REQUIRED, generic_only),
}


@pytest.mark.parametrize("name", TARGETS)
def test_the_emulator_conforms(run_suite, name):
    settings, adapt = TARGETS[name]
    record = run_suite(settings, adapt=adapt)
    others = [result for result in record.requirements if result.outcome is not Outcome.PASSED]
    assert record.verdict is Verdict.CONFORMANT
    assert {result.outcome for result in others} <= {Outcome.NOT_APPLICABLE}
    assert all(result.reason for result in others)


def test_an_unclaimed_capability_is_the_reason_of_requirements_that_need_it(run_suite):
    record = run_suite(SIGNATURE_OPTIONAL, adapt=without_profile)
    reasons = {result.requirement.id: result.reason for result in record.requirements}
    assert reasons["throttling.below"] == "the profile does not claim throttling_qps"
    assert reasons["authentication.replay"] == "the profile does not claim authentication"
    assert "fault_header" in reasons["error.InternalOssError.status"]


def test_a_run_of_selected_cases_reaches_a_verdict_about_those(run_suite):
    record = run_suite(SIGNATURE_REQUIRED, Options(jobs=1, select=("num.*",)))
    outcomes = {result.requirement.id: result.outcome for result in record.requirements}
    assert record.verdict is Verdict.CONFORMANT
    assert outcomes["num.maximum"] is Outcome.PASSED
    assert outcomes["filter.format"] is Outcome.SKIPPED
    assert all(result.case.id.startswith("num.") for result in record.cases)
