"""The traffic.har of a run is judged as the run judged it, as far as replies show it."""

import pytest

from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.har import render_har

#: Faults, what a run is to make, and the requirement that a recording of it shows as departed from.
FAULTS = {
    "num-above-maximum-accepted": ("num.*", "num.maximum"),
    "msg-missing": ("request.minimal", "response.msg.present"),
    "requestid-repeated": ("num.*", "response.requestid.unique"),
    "score-above-one": ("request.minimal", "response.auctions.score.range"),
    "error-invalidnumparameter-mistaken": ("num.*", "num.minimum"),
    "filter-unequal-as-equal": ("filter.str_attr.*", "filter.str_attr.unequal"),
    "start-as-page-number": ("paging.*", "paging.concatenation"),
}


def archive(record):
    return render_har(build_report(record)).encode()


@pytest.fixture(scope="module")
def clean(bench):
    return archive(bench().record(budget=200))


def test_what_a_clean_run_sent_is_judged_clean(judge, clean, failed):
    said, report = judge(clean)
    assert (said.code, report["verdict"], report["complete"]) == (0, "conformant", True)
    assert "the requests violate" in said.err
    assert not failed(report) | failed(report, "warned") | failed(report, "errored")
    assert {"num.maximum", "paging.full", "filter.str_attr.equal", "error.InvalidCategory.status"} <= failed(
        report, "passed"
    )


def test_what_the_profile_says_is_held_against_replies_too(judge, clean, failed, emulating):
    with emulating() as profile:
        said, report = judge(clean, "--profile", profile)
    assert (said.code, failed(report)) == (0, set())
    assert {"authentication.unsigned", "authentication.expired", "ranking.found"} <= failed(report, "passed")


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[pytest.mark.long] * (at % 2)) for at, name in enumerate(FAULTS)]
)
def test_a_fault_shows_in_what_was_recorded(judge, bench, failed, fault):
    selected, requirement = FAULTS[fault]
    record = bench(fault).record(select=[selected])
    said, report = judge(archive(record))
    assert said.code == (1 if requirement != "response.requestid.unique" else 0)
    assert requirement in failed(report) | failed(report, "warned")


def test_requests_that_a_run_broke_are_departures_of_its_client(judge, clean, failed):
    said, report = judge(clean, "--subject", "client", "--quiet")
    assert (said.code, report["subject"], said.err) == (1, "client", "")
    assert {"authentication.unsigned", "authentication.replay", "authentication.skew"} <= failed(report)
