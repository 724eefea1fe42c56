"""Whatever an endpoint does, a run ends in time, in bounded memory, with reports, and never says that all is well."""

import json

import pytest

from imagesearch_conformance.reports.reading import check_report
from imagesearch_conformance.reports.writing import FORMATS

from .conftest import PATIENCE, SECRETS, TIMEOUT
from .endpoints import ENDPOINTS
from .talking import talking

#: Cases that share nothing with the survey.
SELECTED = ["--select", "num.m*", "--jobs", "2"]

#: What a run may take beyond what it had, in bytes; a reply has four megabytes at the most, and becomes objects.
MOST_MEMORY = 500 << 20


def sound(ran, contract):
    """What holds for every run, whatever the endpoint did."""
    check_report(ran.report, contract, "report.json")
    assert {path.name for path in ran.directory.iterdir()} >= set(FORMATS)
    assert "Traceback" not in ran.text
    assert [one for one in SECRETS if one in ran.text] == []
    for line in ran.said.split("\n"):
        assert line.isprintable(), line
    assert ran.grown < MOST_MEMORY
    # Two cases at once, three in a row, and a look whether the target is gone.
    assert ran.seconds < 8 * TIMEOUT + PATIENCE


@pytest.mark.parametrize("name", ENDPOINTS)
def test_from_the_first_request(name, playing, run, contract):
    with playing(ENDPOINTS[name].play) as asked:
        ran = run(asked.endpoint, "--select", "num.maximum")
    sound(ran, contract)
    assert ran.code in {1, 3}
    assert "passed" not in ran.outcomes
    if ENDPOINTS[name].unreachable:
        assert (ran.code, ran.report["cases"], ran.report["complete"]) == (3, [], False)
        assert ran.report["trouble"].startswith("the target could not be reached: ")
        assert len(asked.received) <= 1


@pytest.mark.parametrize("name", ENDPOINTS)
def test_once_it_is_known(name, playing, run, contract, surveyed):
    with playing(ENDPOINTS[name].play, lambda number: number >= surveyed) as asked:
        ran = run(asked.endpoint, *SELECTED)
    sound(ran, contract)
    print(ran.report["trouble"], name, ran.code, ran.outcomes, ran.seconds, ran.grown >> 20)
    asked_for = [one for one in ran.report["cases"] if one["outcome"] not in {"notApplicable", "skipped"}]
    assert asked_for
    assert {one["outcome"] for one in asked_for} <= {"errored", "failed"}
    if ENDPOINTS[name].unreachable:
        # A few in a row, what was under way beside them, and one more look: not one finding for each case.
        assert (ran.code, {one["outcome"] for one in asked_for}) == (3, {"errored"})
        assert 3 <= len(asked_for) <= 6
        assert ran.report["trouble"].startswith("the target stopped answering: ")
        assert len(asked.received) <= surveyed + 7
    else:
        assert ran.code in {1, 3}
        assert ran.report["complete"]
