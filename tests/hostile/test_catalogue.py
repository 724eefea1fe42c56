"""Runs against hostile endpoints end in time, in bounded memory, with reports, and never pass."""

import pytest

from .endpoints import ENDPOINTS
from .run_invariants import check_run

#: Cases that share no request with the survey.
SELECTED = ["--select", "num.m*", "--jobs", "2"]

#: Endpoints that are hostile to the survey in every run; the others fail in the same way (`tox -e long`).
SURVEY_CORE = {"never-answers", "negative-chunk", "integers-of-4000-digits"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in SURVEY_CORE else pytest.mark.long) for name in ENDPOINTS]
)
def test_hostile_from_the_first_request(name, serve_endpoint, run, contract):
    with serve_endpoint(ENDPOINTS[name].script) as endpoint:
        outcome = run(endpoint.url, "--select", "num.maximum")
    check_run(outcome, contract)
    assert outcome.code in {1, 3}
    assert "passed" not in outcome.outcomes
    if ENDPOINTS[name].unreachable:
        assert (outcome.code, outcome.report["cases"], outcome.report["complete"]) == (3, [], False)
        assert outcome.report["stopReason"].startswith("the target could not be reached: ")
        assert len(endpoint.received) <= 1


#: Endpoints that turn hostile after the survey in every run, at least one of each kind; `tox -e long` has all.
RUN_CORE = {
    "never-answers", "headers-without-end", "gigabyte", "gzip-in-gzip", "ten-thousand-headers", "redirect-to-itself",
    "resets-at-once", "http-0.9", "length-beyond-measure", "headers-that-are-none", "integers-of-4000-digits",
    "lone-surrogates", "a-hundred-thousand-names", "switches-protocols",
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in RUN_CORE else pytest.mark.long) for name in ENDPOINTS]
)
def test_hostile_after_the_survey(name, serve_endpoint, run, contract, survey_request_count):
    with serve_endpoint(ENDPOINTS[name].script, lambda number: number >= survey_request_count) as endpoint:
        outcome = run(endpoint.url, *SELECTED)
    check_run(outcome, contract)
    sent_cases = [case for case in outcome.report["cases"] if case["outcome"] not in {"notApplicable", "skipped"}]
    assert sent_cases
    assert {case["outcome"] for case in sent_cases} <= {"errored", "failed"}
    if ENDPOINTS[name].unreachable:
        # A few in a row, those that ran beside them, and one more probe; not every case.
        assert (outcome.code, {case["outcome"] for case in sent_cases}) == (3, {"errored"})
        assert 3 <= len(sent_cases) <= 9
        assert outcome.report["stopReason"].startswith("the target stopped responding: ")
        assert len(endpoint.received) <= survey_request_count + 12
    else:
        assert outcome.code in {1, 3}
        assert outcome.report["complete"]
