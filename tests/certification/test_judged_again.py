"""Judging is a function of what was sent and received: made anew, a judgement of a recorded run is the same.

The runs are recorded once a process, and not once a session of pytest: where mutants of the checks are
tried, in processes forked from one that has recorded, the judgement that was recorded is that of the
code as it stands. So these tests are what a mutant has to get past.
"""

import os
import pickle
from pathlib import Path

import pytest

from imagesearch_conformance.checks.judging import _view, judge
from imagesearch_conformance.checks.relations import check_relation
from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import FAULTS, VARIATIONS, EmulatorSettings
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.requirement import Judged
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import Policy, of_finding

from .recording import departures, exercises, light, related
from .test_behaviour import EVERYTHING
from .test_revisions import CAUGHT, LATER

pytestmark = pytest.mark.long

_RECORDED = {}
_REMARKED = []

_FIRST = load()

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
_CONTRACTS = {one.document: one for one in (_FIRST, _SECOND)}


def selected(contract, failed, warned):
    """The requirements that a fault trips, for a run of nothing else; none where replies to anything show it."""
    names = failed | warned
    return tuple(sorted(names)) if all(contract.requirements[one].judged is Judged.CASE for one in names) else ()


#: What is recorded: the settings of the emulator, the revision, what is selected.
_CLEAN = {str(document): (EmulatorSettings(qps=20.0), document, ()) for document in (None, LATER)}
_VARIATIONS = {name: (EmulatorSettings(qps=None, behaviour=VARIATIONS[name]), None, ()) for name in _TELLING}
_BEHAVIOUR = {
    name: (EmulatorSettings(qps=None, faults=(name,)), None, selected(_FIRST, *due)) for name, due in EVERYTHING.items()
}
_LATER = {
    name: (EmulatorSettings(qps=None, faults=(name,)), LATER, selected(_SECOND, *due)) for name, due in CAUGHT.items()
}
_OTHERS = {
    name: (EmulatorSettings(qps=20.0, faults=(name,)), None if fault.applies(_FIRST) else LATER, ())
    for name, fault in FAULTS.items()
    if name not in {*EVERYTHING, *CAUGHT}
}


#: Where recordings are written, and read from if they are there.
_FILE = os.environ.get("IMAGESEARCH_RECORDINGS")


@pytest.fixture
def recorded(request):
    """What is kept of every run, by its name; made once a process."""
    if not _RECORDED and _FILE and Path(_FILE).exists():
        _RECORDED.update(pickle.loads(Path(_FILE).read_bytes()))  # noqa: S301 our own
    if not _RECORDED:
        certified = request.getfixturevalue("certified")
        for name, row in {**_CLEAN, **_VARIATIONS, **_BEHAVIOUR, **_LATER, **_OTHERS}.items():
            _RECORDED[name] = _made(certified, *row)
        if _FILE:
            Path(_FILE).write_bytes(pickle.dumps(_RECORDED))
    return _RECORDED


def _made(certified, settings, document, names):
    fail_fast = not set(_OTHERS).isdisjoint(settings.faults)
    record = certified(settings, Options(jobs=1, select=names, fail_fast=fail_fast), document=document)
    return departures(record) if settings.faults else exercises(record)


def judged(contracts, one):
    """The judgement of a case, made anew."""
    return judge(contracts[one.document], one.target, one.result.case, one.result.exchanges)


def test_a_judgement_made_anew_is_the_same(recorded, contracts):
    for name, one in light(recorded):
        assert judged(contracts, one) == one.result.judgement, (name, one.result.case.id)


def related_remarks(contract, one):
    case = one.result.case
    return list(check_relation([_view(contract, one.target, case, *pair) for pair in enumerate(one.result.exchanges)]))


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
    """The requirements that fail and those that warn."""
    findings = [finding for one in kept for finding in judged(contracts, one).findings]
    failed = {one.requirement for one in findings if of_finding(one, Policy()) is Outcome.FAILED}
    return failed, {one.requirement for one in findings} - failed


def test_what_conforms_trips_nothing_and_a_fault_what_forbids_it(recorded, contracts):
    due = {**EVERYTHING, **CAUGHT, **dict.fromkeys(_CLEAN, (set(), set()))}
    assert {name: found(contracts, recorded[name]) for name in due} == due
    assert [name for name in _VARIATIONS if found(contracts, recorded[name])[0]] == []


@pytest.fixture(scope="module")
def contracts():
    return _CONTRACTS
