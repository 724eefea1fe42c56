"""The traffic.har of a run is judged like the run, as far as responses show it."""

import pytest

from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.har import render_har

#: By fault: the selection of a run, and the requirement that its recording violates.
FAULTS = {
    "num-above-maximum-accepted": ("num.*", "num.maximum"),
    "msg-missing": ("request.minimal", "response.msg.present"),
    "requestid-repeated": ("num.*", "response.requestid.unique"),
    "score-above-one": ("request.minimal", "response.auctions.score.range"),
    "error-invalidnumparameter-mistaken": ("num.*", "num.minimum"),
    "filter-unequal-as-equal": ("filter.str_attr.*", "filter.str_attr.unequal"),
    "start-as-page-number": ("paging.*", "paging.concatenation"),
}

#: One fault each of an outcome, of ids, of an error code and of paging; they run everywhere.
CORE_FAULTS = {
    "num-above-maximum-accepted",
    "requestid-repeated",
    "error-invalidnumparameter-mistaken",
    "start-as-page-number",
}


def build_archive(record):
    return render_har(build_report(record)).encode()


@pytest.fixture(scope="module")
def clean(bench):
    return build_archive(bench().record(budget=200))


def test_the_traffic_of_a_clean_run_is_conformant(judge_recording, clean, requirements_with):
    said, report = judge_recording(clean)
    assert (said.code, report["verdict"], report["complete"]) == (0, "conformant", True)
    assert "the requests violate" in said.err
    assert not requirements_with(report) | requirements_with(report, "warned") | requirements_with(report, "errored")
    assert {"num.maximum", "paging.full", "filter.str_attr.equal", "error.InvalidCategory.status"} <= requirements_with(
        report, "passed"
    )


def test_a_profile_adds_requirements(judge_recording, clean, requirements_with, emulating):
    with emulating() as profile:
        said, report = judge_recording(clean, "--profile", profile)
    assert (said.code, requirements_with(report)) == (0, set())
    assert {"authentication.unsigned", "authentication.expired", "ranking.found"} <= requirements_with(report, "passed")


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=() if name in CORE_FAULTS else pytest.mark.long) for name in FAULTS]
)
def test_a_fault_shows_in_the_recording(judge_recording, bench, requirements_with, fault):
    selected, requirement = FAULTS[fault]
    record = bench(fault).record(select=[selected])
    said, report = judge_recording(build_archive(record))
    assert said.code == (1 if requirement != "response.requestid.unique" else 0)
    assert requirement in requirements_with(report) | requirements_with(report, "warned")


def test_invalid_requests_of_a_run_fail_as_those_of_a_client(judge_recording, clean, requirements_with):
    said, report = judge_recording(clean, "--subject", "client", "--quiet")
    assert (said.code, report["subject"], said.err) == (1, "client", "")
    assert {"authentication.unsigned", "authentication.replay", "authentication.skew"} <= requirements_with(report)
