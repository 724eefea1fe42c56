"""Faults: each names what it violates, together they violate every requirement, and the suite detects them."""

from fnmatch import fnmatchcase

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import EmulatorSettings, contract_faults
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.requirement import Level

CONTRACTS = {document: load(None, document) for document in (None, "2026-06")}

#: Only generated requests exercise these, and a run sends none by default (see test_generated.py).
GENERATED = "generated.*"

#: Faults of a parameter, a cache, the bytes of a response, an error code, and the rate limit. The self-check runs all.
CORE_FAULTS = (
    "num-above-maximum-accepted",
    "cache-ignores-filter",
    "body-with-bom",
    "error-invalidinstance-mistaken",
    "throttling-absent",
)

#: Faults of a filter, a page, a field, a status, and a signature.
FURTHER_FAULTS = (
    "filter-greater-inclusive",
    "pages-skip",
    "head-docsreturn-misnamed",
    "error-deniedrequest-status",
    "replay-accepted",
)


def violated(record):
    outcomes = {Outcome.FAILED, Outcome.WARNED}
    return {result.requirement.id for result in record.requirements if result.outcome in outcomes}


@pytest.mark.parametrize(
    "name", [*CORE_FAULTS, *(pytest.param(name, marks=pytest.mark.long) for name in FURTHER_FAULTS)]
)
def test_a_fault_violates_exactly_what_its_row_says(run_suite, contract, name):
    record = run_suite(EmulatorSettings(qps=20.0, faults=(name,)))
    fault = contract_faults(contract)[name]
    assert fault.must_fail(contract.requirements) <= violated(record) <= fault.may_fail(contract.requirements)
    assert not any(result.outcome is Outcome.ERRORED for result in record.requirements)
    assert record.verdict is Verdict.NONCONFORMANT


def test_a_finding_of_a_relation_names_the_entry_and_the_condition(run_suite):
    record = run_suite(EmulatorSettings(qps=None, faults=("filter-greater-inclusive",)))
    result = next(result for result in record.cases if result.case.id == "filter.int_attr.greater/at")
    (finding,) = result.judgement.findings
    assert finding.message.startswith("int_attr>")
    assert finding.message.endswith("an entry does not satisfy the filter")
    assert "'int_attr':" in finding.actual
    assert result.attempts == 2


@pytest.mark.parametrize("document", CONTRACTS)
def test_every_fault_names_requirements_that_exist(document):
    contract = CONTRACTS[document]
    faults = contract_faults(contract)
    assert len(faults) >= 120
    for name, fault in faults.items():
        assert fault.violates, name
        if document is not None and name in contract_faults(CONTRACTS[None]):
            continue
        for pattern in (*fault.violates, *fault.side_effects):
            assert any(fnmatchcase(requirement_id, pattern) for requirement_id in contract.requirements), (
                name,
                pattern,
            )


def broken_requirements(contract, faults):
    patterns = {pattern for fault in faults for pattern in fault.violates}
    return {name for name in contract.requirements if any(fnmatchcase(name, pattern) for pattern in patterns)}


def binding(requirements):
    return [requirement.id for requirement in requirements if requirement.level is not Level.MAY]


def test_every_requirement_is_violated_by_a_fault(contract):
    broken = broken_requirements(contract, contract_faults(contract).values())
    remaining = [name for name in binding(contract.requirements.values()) if name not in broken]
    assert all(fnmatchcase(name, GENERATED) for name in remaining), remaining


def test_every_requirement_that_a_revision_adds_is_violated_by_a_fault_of_its_own():
    base, later = CONTRACTS.values()
    own_faults = [fault for name, fault in contract_faults(later).items() if name not in contract_faults(base)]
    broken = broken_requirements(later, own_faults)
    added = [requirement for name, requirement in later.requirements.items() if name not in base.requirements]
    assert len(added) > 100
    assert [name for name in binding(added) if name not in broken] == []


def test_few_faults_have_side_effects(contract):
    faults = contract_faults(contract)
    imprecise = [name for name, fault in faults.items() if fault.side_effects]
    assert len(imprecise) <= len(faults) // 20, imprecise


def test_every_error_code_of_the_contract_has_its_own_fault(contract):
    faults = contract_faults(contract)
    for row in contract.errors.documented_rows:
        names = [f"error-{row.code.lower()}-mistaken", f"error-{row.trigger}-shifted"]
        fault = next(faults[name] for name in names if name in faults)
        assert {f"error.{row.code}.status", f"error.{row.code}.message"} <= set(fault.violates)


def test_the_error_codes_that_a_revision_adds_share_two_faults():
    base, later = (set(contract_faults(contract)) for contract in CONTRACTS.values())
    assert {name for name in later - base if name.startswith("error-")} == {"error-added-status", "error-added-message"}
    assert base <= later


def test_an_error_code_added_to_the_contract_gets_faults(copied):
    copied.edit("errors/page.yaml", "code: EmptyMeta", "code: BlankMeta")
    faults = contract_faults(load(copied.root))
    assert "error.BlankMeta.status" in faults["error-elsewhere-shifted"].violates
    assert "error.EmptyMeta.status" not in faults["error-elsewhere-shifted"].violates
