"""JUnit XML as other tools read it."""

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from imagesearch_conformance.reports.junit import render_junit


@pytest.fixture
def parsed(report):
    return JUnitXml.fromstring(render_junit(report).encode())


def kinds(parsed, kind):
    return [case for suite in parsed for case in suite if any(isinstance(one, kind) for one in case.result)]


def test_its_totals_are_those_of_the_report(report, parsed):
    counts, of_the_run = report["counts"], int(not report["complete"] or not report["cases"])
    over_all = [one for one in report["requirements"] if one["findings"]]
    assert parsed.tests == len(report["cases"]) + len(over_all) + of_the_run
    failed = counts["failed"] + sum(one["outcome"] == "failed" for one in over_all)
    assert parsed.failures == failed == len(kinds(parsed, Failure))
    assert parsed.errors == counts["errored"] + of_the_run == len(kinds(parsed, Error))
    assert (
        sum(suite.skipped for suite in parsed)
        == counts["skipped"] + counts["notApplicable"]
        == len(kinds(parsed, Skipped))
    )


def test_every_case_stands_in_the_suite_of_its_area(report, parsed):
    areas = {one["id"]: one["area"] for one in report["requirements"]}
    found = {case.name: suite.name for suite in parsed for case in suite if suite.name != "run"}
    assert found == {case["id"]: areas[case["requirements"][0]] for case in report["cases"]}


def test_what_only_a_whole_run_shows_fails_as_well(documents):
    report = documents("strict")
    (one,) = [one for one in report["requirements"] if one["findings"]]
    assert one["outcome"] == "failed"
    suites = JUnitXml.fromstring(render_junit(report).encode())
    (found,) = [case for suite in suites if suite.name == "run" for case in suite]
    assert found.name == one["id"] == "response.requestid.unique"
    assert one["findings"][0]["message"] in found.result[0].text


def test_what_was_not_judged_says_why(report, parsed):
    reasons = {case["id"]: case["reason"] for case in report["cases"]}
    for case in kinds(parsed, Skipped):
        assert case.result[0].message == reasons[case.name]


def test_a_run_that_ended_early_is_an_error_of_its_own(documents):
    parsed = JUnitXml.fromstring(render_junit(documents("unreachable")).encode())
    (error,) = kinds(parsed, Error)
    assert "the target could not be reached" in error.result[0].message


def test_a_failure_says_what_was_expected_and_what_came(documents):
    parsed = JUnitXml.fromstring(render_junit(documents("faulty")).encode())
    failure = next(case for case in kinds(parsed, Failure) if case.name == "num.maximum/above").result[0]
    assert failure.message.startswith(f"{failure.type}: ")
    assert "num.maximum (must): " in failure.text
    assert "400 InvalidNum (tolerated)\ngot: success\nat: status" in failure.text


@pytest.mark.parametrize("name", ["hostile", "huge"])
def test_hostile_replies_stay_text(documents, name):
    text = render_junit(documents(name))
    assert kinds(JUnitXml.fromstring(text.encode()), Failure)
    assert "<script>" not in text
    assert not set(text) & set("\x00\x08\x07\x1b\u202e\u2066\ud800")
    assert len(text) < 5_000_000
