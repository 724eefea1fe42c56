"""No missed fault: a defect of the emulator trips a requirement, and a clean emulator none."""

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import FAULTS, EmulatorSettings
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.settings.options import Options

from .test_behaviour import EVERYTHING as OF_BEHAVIOUR

#: Defects that no sentence of the page forbids: the page does not say that the list of categories
#: has to have any.
BEYOND_THE_PAGE = {"allcategories-empty"}

pytestmark = pytest.mark.long


#: Defects of what only later revisions have (test_revisions.py).
FIRST = load()
LATER = {name for name, fault in FAULTS.items() if not fault.applies(FIRST)}


@pytest.mark.parametrize("name", sorted(set(FAULTS) - BEYOND_THE_PAGE - LATER - set(OF_BEHAVIOUR)))
def test_a_fault_is_caught(certified, name):
    record = certified(EmulatorSettings(qps=20.0, faults=(name,)), Options(jobs=1, fail_fast=True))
    caught = [one for one in record.requirements if one.outcome in {Outcome.FAILED, Outcome.WARNED}]
    assert caught, (record.verdict, record.trouble)
    if any(one.requirement.level is Level.MUST for one in caught):
        assert record.verdict is Verdict.NONCONFORMANT


@pytest.mark.parametrize("name", sorted(BEYOND_THE_PAGE))
def test_a_fault_that_is_known_to_escape_still_does(certified, name):
    record = certified(EmulatorSettings(qps=20.0, faults=(name,)))
    caught = {one.requirement.id for one in record.requirements if one.outcome is Outcome.FAILED}
    assert caught == set(), "take it out of BEYOND_THE_PAGE"


@pytest.mark.parametrize(
    ("name", "requirements"),
    {
        "num-above-maximum-accepted": {"num.maximum"},
        "num-zero-accepted": {"num.minimum"},
        "start-negative-accepted": {"start.minimum"},
        "filter-syntax-accepted": {"filter.format"},
        "instance-unknown-accepted": {"instancename.known"},
        "msg-missing": {"response.msg.present"},
        "plus-decoded-twice": {"wire.reserved"},
        "names-mojibake": {"wire.nonascii"},
        "body-with-bom": {"wire.json"},
        "unsigned-accepted": {"authentication.unsigned"},
        "replay-accepted": {"authentication.replay"},
        "expired-accepted": {"authentication.expired"},
        "throttling-absent": {"throttling.above"},
        "throttling-status-429": {"error.DeniedRequest.status"},
        "permission-ignored": {"authentication.permission"},
        "action-unknown-accepted": {"action.unknown"},
    }.items(),
)
def test_a_fault_trips_the_requirement_that_forbids_it_and_no_other(certified, name, requirements):
    record = certified(EmulatorSettings(qps=20.0, faults=(name,)))
    assert {one.requirement.id for one in record.requirements if one.outcome is Outcome.FAILED} == requirements
