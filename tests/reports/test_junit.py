"""JUnit XML as other tools read it."""

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from imagesearch_conformance.reports.junit import render_junit


@pytest.fixture
def parsed(report):
    return JUnitXml.fromstring(render_junit(report).encode())


def cases_with(parsed, kind):
    return [case for suite in parsed for case in suite if any(isinstance(result, kind) for result in case.result)]


def test_totals_match_the_report(report, parsed):
    counts, run_errors = report["counts"], int(not report["complete"] or not report["cases"])
    run_level = [requirement for requirement in report["requirements"] if requirement["findings"]]
    assert parsed.tests == len(report["cases"]) + len(run_level) + run_errors
    failed = counts["failed"] + sum(requirement["outcome"] == "failed" for requirement in run_level)
    assert parsed.failures == failed == len(cases_with(parsed, Failure))
    assert parsed.errors == counts["errored"] + run_errors == len(cases_with(parsed, Error))
    assert (
        sum(suite.skipped for suite in parsed)
        == counts["skipped"] + counts["notApplicable"]
        == len(cases_with(parsed, Skipped))
    )


def test_every_case_is_in_the_suite_of_its_area(report, parsed):
    areas = {requirement["id"]: requirement["area"] for requirement in report["requirements"]}
    suites = {case.name: suite.name for suite in parsed for case in suite if suite.name != "run"}
    assert suites == {case["id"]: areas[case["requirements"][0]] for case in report["cases"]}


def test_findings_about_the_whole_run_fail_too(get_report):
    report = get_report("strict")
    (requirement,) = [requirement for requirement in report["requirements"] if requirement["findings"]]
    assert requirement["outcome"] == "failed"
    suites = JUnitXml.fromstring(render_junit(report).encode())
    (case,) = [case for suite in suites if suite.name == "run" for case in suite]
    assert case.name == requirement["id"] == "response.requestid.unique"
    assert requirement["findings"][0]["message"] in case.result[0].text


def test_skipped_cases_have_a_reason(report, parsed):
    reasons = {case["id"]: case["reason"] for case in report["cases"]}
    for case in cases_with(parsed, Skipped):
        assert case.result[0].message == reasons[case.name]


def test_an_incomplete_run_is_an_error(get_report):
    parsed = JUnitXml.fromstring(render_junit(get_report("unreachable")).encode())
    (error,) = cases_with(parsed, Error)
    assert "the target could not be reached" in error.result[0].message


def test_a_failure_shows_expected_and_actual(get_report):
    parsed = JUnitXml.fromstring(render_junit(get_report("faulty")).encode())
    failure = next(case for case in cases_with(parsed, Failure) if case.name == "num.maximum/above").result[0]
    assert failure.message.startswith(f"{failure.type}: ")
    assert "num.maximum (must): " in failure.text
    assert "400 InvalidNum (tolerated)\ngot: success\nat: status" in failure.text


@pytest.mark.parametrize("name", ["hostile", "huge"])
def test_hostile_responses_remain_text(get_report, name):
    text = render_junit(get_report(name))
    assert cases_with(JUnitXml.fromstring(text.encode()), Failure)
    assert "<script>" not in text
    assert not set(text) & set("\x00\x08\x07\x1b\u202e\u2066\ud800")
    assert len(text) < 5_000_000
