"""The same endpoint, asked in every style and with fewer claims: certified, and what cannot be asked says why."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.access_keys import TEMPORARY_CREDENTIALS
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import Capabilities, InstanceType, SignatureScheme

REQUIRED = EmulatorSettings(qps=None)
OPTIONAL = EmulatorSettings(qps=None, signature="optional")


def unsigned(target):
    return evolve(target, signature=SignatureScheme.NONE, credentials=None, unauthorized_credentials=None)


def unknown(target):
    """All that is known without a profile: an address, and the documented example values."""
    documented = evolve(target.instance, images=target.instance.images[:1])
    return evolve(unsigned(target), instances=(documented,), capabilities=Capabilities(), without_profile=True)


def generic_only(target):
    return evolve(target, instances=tuple(one for one in target.instances if one.type is InstanceType.GENERIC))


STYLES = {
    "signature V2": (REQUIRED, lambda target: evolve(target, signature=SignatureScheme.V2)),
    "temporary key": (REQUIRED, lambda target: evolve(target, credentials=TEMPORARY_CREDENTIALS)),
    "temporary key, V2": (
        REQUIRED,
        lambda target: evolve(target, signature=SignatureScheme.V2, credentials=TEMPORARY_CREDENTIALS),
    ),
    "unsigned": (OPTIONAL, unsigned),
    "no profile": (OPTIONAL, unknown),
    "generic instance": (REQUIRED, generic_only),
}


@pytest.mark.parametrize("name", STYLES)
def test_the_emulator_is_certified(certified, name):
    settings, adapt = STYLES[name]
    record = certified(settings, adapt=adapt)
    others = [one for one in record.requirements if one.outcome is not Outcome.PASSED]
    assert record.verdict is Verdict.CONFORMANT
    assert {one.outcome for one in others} <= {Outcome.NOT_APPLICABLE}
    assert all(one.reason for one in others)


def test_an_unclaimed_capability_is_the_reason_of_what_depends_on_it(certified):
    record = certified(OPTIONAL, adapt=unknown)
    reasons = {one.requirement.id: one.reason for one in record.requirements}
    assert reasons["throttling.below"] == "the profile does not claim throttling_qps"
    assert reasons["authentication.replay"] == "the profile does not claim authentication"
    assert "fault_header" in reasons["error.InternalOssError.status"]


def test_a_run_of_selected_cases_reaches_a_verdict_about_those(certified):
    from imagesearch_conformance.settings.options import Options

    record = certified(REQUIRED, Options(jobs=1, select=("num.*",)))
    outcomes = {one.requirement.id: one.outcome for one in record.requirements}
    assert record.verdict is Verdict.CONFORMANT
    assert outcomes["num.maximum"] is Outcome.PASSED
    assert outcomes["filter.format"] is Outcome.SKIPPED
    assert all(one.case.id.startswith("num.") for one in record.cases)
