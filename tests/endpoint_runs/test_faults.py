"""No missed fault: what each one breaks is named, something breaks every requirement, and a few are run for real."""

from fnmatch import fnmatchcase

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import EmulatorSettings, contract_faults
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.requirement import Level

CONTRACTS = {document: load(None, document) for document in (None, "2026-06")}

#: Only generated requests exercise these, and a run makes none unless it is asked to (test_generated.py).
GENERATED = "generated.*"

#: One fault of each kind: a parameter, a filter, a page, a cache, a field, bytes, an error code, a signature, the rate.
SOME = (
    "num-above-maximum-accepted",
    "filter-greater-inclusive",
    "pages-skip",
    "cache-ignores-filter",
    "head-docsreturn-misnamed",
    "body-with-bom",
    "error-invalidinstance-mistaken",
    "error-deniedrequest-status",
    "replay-accepted",
    "throttling-absent",
)


def tripped(record):
    return {one.requirement.id for one in record.requirements if one.outcome in {Outcome.FAILED, Outcome.WARNED}}


@pytest.mark.parametrize(
    "name",
    [  # every third one in every run, in which the self-check tries all of them
        pytest.param(name, marks=pytest.mark.long if at % 3 else ()) for at, name in enumerate(SOME)
    ],
)
def test_a_fault_trips_what_it_is_said_to_trip_and_nothing_else(certified, contract, name):
    record = certified(EmulatorSettings(qps=20.0, faults=(name,)))
    fault = contract_faults(contract)[name]
    assert fault.must_fail(contract.requirements) <= tripped(record) <= fault.may_fail(contract.requirements)
    assert not any(one.outcome is Outcome.ERRORED for one in record.requirements)
    assert record.verdict is Verdict.NONCONFORMANT


@pytest.mark.parametrize("document", CONTRACTS)
def test_every_fault_names_requirements_that_there_are(document):
    contract = CONTRACTS[document]
    faults = contract_faults(contract)
    assert len(faults) >= 120
    for name, fault in faults.items():
        assert fault.violates, name
        if document is not None and name in contract_faults(CONTRACTS[None]):
            continue
        for pattern in (*fault.violates, *fault.side_effects):
            assert any(fnmatchcase(one, pattern) for one in contract.requirements), (name, pattern)


def test_every_requirement_is_broken_by_a_fault(contract):
    broken = set().union(*(_broken(fault, contract) for fault in contract_faults(contract).values()))
    left = [one.id for one in contract.requirements.values() if one.id not in broken and one.level is not Level.MAY]
    assert all(fnmatchcase(one, GENERATED) for one in left), left


def test_every_requirement_that_a_revision_adds_is_broken_by_a_fault_of_it():
    base, later = CONTRACTS.values()
    own = [fault for name, fault in contract_faults(later).items() if name not in contract_faults(base)]
    broken = set().union(*(_broken(fault, later) for fault in own))
    added = [one for name, one in later.requirements.items() if name not in base.requirements]
    assert len(added) > 100
    assert [one.id for one in added if one.id not in broken and one.level is not Level.MAY] == []


def _broken(fault, contract):
    return {one for one in contract.requirements if any(fnmatchcase(one, pattern) for pattern in fault.violates)}


def test_few_faults_set_off_what_they_do_not_break(contract):
    faults = contract_faults(contract)
    beside = [name for name, fault in faults.items() if fault.side_effects]
    assert len(beside) <= len(faults) // 20, beside


def test_every_error_code_of_the_contract_has_its_own_fault(contract):
    faults = contract_faults(contract)
    for row in contract.errors.documented_rows:
        own = [f"error-{row.code.lower()}-mistaken", f"error-{row.trigger}-shifted"]
        fault = next(faults[name] for name in own if name in faults)
        assert {f"error.{row.code}.status", f"error.{row.code}.message"} <= set(fault.violates)


def test_the_codes_that_a_revision_adds_have_two_faults_together():
    base, later = (set(contract_faults(one)) for one in CONTRACTS.values())
    assert {name for name in later - base if name.startswith("error-")} == {"error-added-status", "error-added-message"}
    assert base <= later


def test_a_code_added_to_the_page_gets_faults(copied):
    copied.edit("errors/page.yaml", "code: EmptyMeta", "code: BlankMeta")
    faults = contract_faults(load(copied.root))
    assert "error.BlankMeta.status" in faults["error-elsewhere-shifted"].violates
    assert "error.EmptyMeta.status" not in faults["error-elsewhere-shifted"].violates
