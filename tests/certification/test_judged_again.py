"""Judging is a function of what was sent and received: made anew, a judgement of a recorded run is the same.

The runs are recorded once a process, and not once a session of pytest: where mutants of the checks are
tried, in processes forked from one that has recorded, the judgement that was recorded is that of the
code as it stands. So these tests are what a mutant has to get past.
"""

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import FAULTS, VARIATIONS, EmulatorSettings
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.requirement import Judged
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import Policy, of_finding

from .recording import departures, exercises
from .test_behaviour import EVERYTHING
from .test_revisions import CAUGHT, LATER

pytestmark = pytest.mark.long

_RECORDED = {}

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


@pytest.fixture
def recorded(request):
    """One run by its row; what is slow happens before the test begins."""
    row = request.param
    if row not in _RECORDED:
        settings, document, names = row
        options = Options(jobs=1, select=names, fail_fast=not set(_OTHERS).isdisjoint(settings.faults))
        record = request.getfixturevalue("certified")(settings, options, document=document)
        _RECORDED[row] = (
            departures(record) if settings.faults else exercises(record, 0.005 if row == _CLEAN["None"] else 0.0)
        )
    return _RECORDED[row]


def of(rows):
    return pytest.mark.parametrize("recorded", rows.values(), ids=rows, indirect=True)


def with_due(rows, due):
    pairs = [(row, due[name]) for name, row in rows.items()]
    return pytest.mark.parametrize(("recorded", "due"), pairs, ids=rows, indirect=["recorded"])


def judged(recorded):
    """The requirements that fail and those that warn, once every judgement was found to be what it was."""
    found = {Outcome.FAILED: set(), Outcome.WARNED: set()}
    for one in recorded.cases:
        judgement = recorded.again(one)
        assert judgement == one.judgement, one.case.id
        for finding in judgement.findings:
            found[of_finding(finding, Policy())].add(finding.requirement)
    return found[Outcome.FAILED], found[Outcome.WARNED] - found[Outcome.FAILED]


@of(_CLEAN)
def test_a_clean_run(recorded):
    assert judged(recorded) == (set(), set())


@of(_VARIATIONS)
def test_a_conforming_variation(recorded):
    failed, _ = judged(recorded)
    assert failed == set()


@with_due(_BEHAVIOUR, EVERYTHING)
def test_a_defect_of_behaviour(recorded, due):
    assert judged(recorded) == due


@with_due(_LATER, CAUGHT)
def test_a_fault_of_the_later_revision(recorded, due):
    assert judged(recorded) == due


@of(_OTHERS)
def test_another_fault(recorded):
    judged(recorded)
