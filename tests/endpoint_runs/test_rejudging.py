"""Judging is a pure function of the exchanges: judging the stored cases of a run again gives the same.

The runs are made once per process, not once per pytest session: mutants of the checks are tried in processes forked
from one that has made them, so that the stored judgements are those of the unmodified code. A mutant has to pass
these tests to survive.
"""

import os
import pickle
from pathlib import Path

import pytest

from imagesearch_conformance.checks.judge import build_context, judge
from imagesearch_conformance.checks.relations import check_relation
from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import VARIATIONS, EmulatorSettings, contract_faults
from imagesearch_conformance.model.requirement import JudgedBy

from .stored_cases import exercising_cases, related_cases, small_cases, violating_cases

pytestmark = pytest.mark.long

_STORED = {}
_RELATION_RESULTS = []

LATER = "2026-06"

#: Conforming variations that other branches judge than the reference.
_VARIATION_NAMES = (
    "absent-image-refused",
    "counters-by-name",
    "error-details-absent",
    "filter-absent-as-blank",
    "gateway-codes",
    "integers-lenient",
    "optional-fields-absent",
    "unknown-parameters-refused",
    "whole-scores-as-integers",
    "window-cut",
)

_FIRST, _SECOND = load(), load(None, LATER)
_CONTRACTS = {contract.revision: contract for contract in (_FIRST, _SECOND)}


def covering_faults(contract, excluded=()):
    """Faults that together violate every requirement that any does, the most precise ones first."""
    violated = {
        name: fault.must_fail(contract.requirements)
        for name, fault in contract_faults(contract).items()
        if name not in excluded
    }
    selected, covered = [], set()
    for name in sorted(violated, key=lambda name: (len(violated[name]), name)):
        if violated[name] - covered:
            selected.append(name)
            covered |= violated[name]
    return selected


#: Fault -> the revision that the emulator serves.
_FAULTS = dict.fromkeys(covering_faults(_FIRST)) | dict.fromkeys(
    covering_faults(_SECOND, contract_faults(_FIRST)), LATER
)

#: Name of a run -> the settings of the emulator, and the revision.
_CLEAN_RUNS = {str(document): (EmulatorSettings(qps=20.0), document) for document in (None, LATER)}
_VARIATION_RUNS = {name: (EmulatorSettings(qps=None, behaviour=VARIATIONS[name]), None) for name in _VARIATION_NAMES}
_FAULT_RUNS = {name: (EmulatorSettings(qps=20.0, faults=(name,)), document) for name, document in _FAULTS.items()}

#: File that the stored cases are written to, and read from if it exists.
_FILE = os.environ.get("IMAGESEARCH_RECORDINGS")


@pytest.fixture
def stored(request):
    """The stored cases of every run, by its name; made once per process."""
    if not _STORED and _FILE and Path(_FILE).exists():
        _STORED.update(pickle.loads(Path(_FILE).read_bytes()))  # noqa: S301 our own file
    if not _STORED:
        run_suite = request.getfixturevalue("run_suite")
        for name, (settings, document) in {**_CLEAN_RUNS, **_VARIATION_RUNS, **_FAULT_RUNS}.items():
            record = run_suite(settings, document=document)
            _STORED[name] = violating_cases(record) if settings.faults else exercising_cases(record)
        if _FILE:
            Path(_FILE).write_bytes(pickle.dumps(_STORED))
    return _STORED


def judge_again(stored_case):
    result = stored_case.result
    return judge(_CONTRACTS[stored_case.document], stored_case.target, result.case, result.exchanges)


def test_judging_a_case_again_gives_the_same_judgement(stored):
    for name, stored_case in small_cases(stored):
        assert judge_again(stored_case) == stored_case.result.judgement, (name, stored_case.result.case.id)


def check_relation_again(stored_case):
    contract, result = _CONTRACTS[stored_case.document], stored_case.result
    contexts = [
        build_context(contract, stored_case.target, result.case, index, exchange)
        for index, exchange in enumerate(result.exchanges)
    ]
    return list(check_relation(contexts))


@pytest.fixture
def relation_results(stored):
    """The results of every relation; made once per process as well."""
    if not _RELATION_RESULTS:
        _RELATION_RESULTS.extend(check_relation_again(stored_case) for _, stored_case in related_cases(stored))
    return _RELATION_RESULTS


def test_checking_a_relation_again_gives_the_same_results(stored, relation_results):
    for (name, stored_case), results in zip(related_cases(stored), relation_results, strict=True):
        assert check_relation_again(stored_case) == results, (name, stored_case.result.case.id)


def violated_requirements(stored_cases):
    return {finding.requirement for stored_case in stored_cases for finding in judge_again(stored_case).findings}


def test_clean_runs_violate_nothing_and_faults_what_their_rows_say(stored):
    assert {name: violated_requirements(stored[name]) for name in _CLEAN_RUNS} == {name: set() for name in _CLEAN_RUNS}
    for name, document in _FAULTS.items():
        contract = _CONTRACTS[document or _FIRST.revision]
        fault = contract_faults(contract)[name]
        # Some requirements are judged on a run as a whole, and not in any case of it.
        expected = {
            requirement_id
            for requirement_id in fault.must_fail(contract.requirements)
            if contract.requirements[requirement_id].judged is not JudgedBy.RUN
        }
        assert expected <= violated_requirements(stored[name]) <= fault.may_fail(contract.requirements), name
