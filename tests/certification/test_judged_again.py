"""Judging is a function of what was sent and received: made anew, a judgement of a recorded run is the same.

The runs are recorded once a process, and not once a session of pytest: where mutants of the checks are
tried, in processes forked from one that has recorded, the judgement that was recorded is that of the
code as it stands. So these tests are what a mutant has to get past.
"""

import os
import pickle
from pathlib import Path

import pytest

from imagesearch_conformance.checks.judge import _build_context, judge
from imagesearch_conformance.checks.relations import check_relation
from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import VARIATIONS, EmulatorSettings, contract_faults
from imagesearch_conformance.model.requirement import JudgedBy

from .recording import departures, exercises, light, related

pytestmark = pytest.mark.long

_RECORDED = {}
_REMARKED = []

LATER = "2026-06"

#: Conforming variations that are judged by other branches than the reference.
_TELLING = (
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
_CONTRACTS = {one.revision: one for one in (_FIRST, _SECOND)}


def telling(contract, known=()):
    """A fault for each requirement that one trips, the most precise that there is."""
    trips = {
        name: fault.must_fail(contract.requirements)
        for name, fault in contract_faults(contract).items()
        if name not in known
    }
    chosen, seen = [], set()
    for name in sorted(trips, key=lambda one: (len(trips[one]), one)):
        if trips[name] - seen:
            chosen.append(name)
            seen |= trips[name]
    return chosen


_FAULTS = dict.fromkeys(telling(_FIRST)) | dict.fromkeys(telling(_SECOND, contract_faults(_FIRST)), LATER)

#: What is recorded: the settings of the emulator, and the revision.
_CLEAN = {str(document): (EmulatorSettings(qps=20.0), document) for document in (None, LATER)}
_VARIATIONS = {name: (EmulatorSettings(qps=None, behaviour=VARIATIONS[name]), None) for name in _TELLING}
_FAULTY = {name: (EmulatorSettings(qps=20.0, faults=(name,)), document) for name, document in _FAULTS.items()}


#: Where recordings are written, and read from if they are there.
_FILE = os.environ.get("IMAGESEARCH_RECORDINGS")


@pytest.fixture
def recorded(request):
    """What is kept of every run, by its name; made once a process."""
    if not _RECORDED and _FILE and Path(_FILE).exists():
        _RECORDED.update(pickle.loads(Path(_FILE).read_bytes()))  # noqa: S301 our own
    if not _RECORDED:
        certified = request.getfixturevalue("certified")
        for name, row in {**_CLEAN, **_VARIATIONS, **_FAULTY}.items():
            _RECORDED[name] = _made(certified, *row)
        if _FILE:
            Path(_FILE).write_bytes(pickle.dumps(_RECORDED))
    return _RECORDED


def _made(certified, settings, document):
    record = certified(settings, document=document)
    return departures(record) if settings.faults else exercises(record)


def judged(contracts, one):
    """The judgement of a case, made anew."""
    return judge(contracts[one.document], one.target, one.result.case, one.result.exchanges)


def test_a_judgement_made_anew_is_the_same(recorded, contracts):
    for name, one in light(recorded):
        assert judged(contracts, one) == one.result.judgement, (name, one.result.case.id)


def related_remarks(contract, one):
    case = one.result.case
    return list(
        check_relation([_build_context(contract, one.target, case, *pair) for pair in enumerate(one.result.exchanges)])
    )


@pytest.fixture
def remarked(recorded, contracts):
    """What every relation said of its replies; made once a process as well."""
    if not _REMARKED:
        _REMARKED.extend(related_remarks(contracts[one.document], one) for _, one in related(recorded))
    return _REMARKED


def test_a_relation_looked_at_anew_says_the_same(recorded, remarked, contracts):
    for (name, one), remarks in zip(related(recorded), remarked, strict=True):
        assert related_remarks(contracts[one.document], one) == remarks, (name, one.result.case.id)


def found(contracts, kept):
    """The requirements that are departed from."""
    return {finding.requirement for one in kept for finding in judged(contracts, one).findings}


def test_what_conforms_trips_nothing_and_a_fault_what_it_breaks(recorded, contracts):
    assert {name: found(contracts, recorded[name]) for name in _CLEAN} == {name: set() for name in _CLEAN}
    for name, document in _FAULTS.items():
        contract = contracts[document or _FIRST.revision]
        # Some are seen in a run as a whole, and in no case of it.
        due = {
            one
            for one in contract_faults(contract)[name].must_fail(contract.requirements)
            if not _of_run(contract, one)
        }
        possible = contract_faults(contract)[name].may_fail(contract.requirements)
        assert due <= found(contracts, recorded[name]) <= possible, name


def _of_run(contract, name):
    return contract.requirements[name].judged is JudgedBy.RUN


@pytest.fixture(scope="module")
def contracts():
    return _CONTRACTS
