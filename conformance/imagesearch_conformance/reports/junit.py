"""The report as JUnit XML: one test suite for each area; failures, errors and skips with reasons.

JUnit XML has no owner; this follows the schema of Jenkins's xUnit plugin (junit-10.xsd). Every text from outside
goes through `clip_text`, which also escapes characters that XML 1.0 (section 2.2) does not allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from imagesearch_conformance.model.requirement import DeviationState
from imagesearch_conformance.reports.client_calls import call_lines
from imagesearch_conformance.reports.index import accepted_deviations, is_failing, most_severe, reported_deviations
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import acceptance_note, clip_text, deviation_text, finding_text, state_label

#: Accepted deviations by requirement.
AcceptedDeviations = Mapping[str, dict[str, Any]]

#: Maximum length of one failure, in characters.
_MAX_TEXT_LENGTH = 10_000


def render_junit(report: dict[str, Any]) -> str:
    """Return the XML text of a report."""
    areas = {requirement["id"]: requirement["area"] for requirement in report["requirements"]}
    accepted = accepted_deviations(report)
    cases_by_area: dict[str, list[TestCase]] = {}
    for case in report["cases"]:
        area = clip_text(areas.get(case["requirements"][0], "unknown"))
        cases_by_area.setdefault(area, []).append(_build_test_case(case, area, accepted))
    suites = {area: _build_suite(area, cases) for area, cases in cases_by_area.items()}
    if deviations := reported_deviations(report):
        suites["deviations"] = _build_deviation_suite(deviations)
    if run_suite := _build_run_suite(report, accepted):
        suites["run"] = run_suite
    xml = JUnitXml(f"imagesearch-conformance: {clip_text(build_subject(report).title)}")
    for suite in suites.values():
        suite.timestamp = report["startedAt"].removesuffix("Z")
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call] # junitparser ships no types
    _adjust_attributes(xml._elem)  # noqa: SLF001 the only way to the attributes as written
    text: str = xml.tostring().decode("utf-8")  # type: ignore[no-untyped-call] # junitparser ships no types
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _build_suite(area: str, cases: list[TestCase]) -> TestSuite:
    """Add all cases at once: the library counts again after every addition."""
    suite = TestSuite(area)
    suite.add_testcases(cases)
    return suite


def _adjust_attributes(root: Element) -> None:
    """Write exact times, which the library rounds, and drop the total of skips, which the schema does not have."""
    for suite in root:
        for case in suite:
            case.set("time", f"{float(case.get('time', 0)):.6f}")
        suite.set("time", f"{sum(float(case.get('time', 0)) for case in suite):.6f}")
    root.set("time", f"{sum(float(suite.get('time', 0)) for suite in root):.6f}")
    root.attrib.pop("skipped", None)


def _build_test_case(case: dict[str, Any], area: str, accepted: AcceptedDeviations) -> TestCase:
    test_case = TestCase(case["id"], f"imagesearch.{area}", case["seconds"])
    outcome, reason = case["outcome"], clip_text(case["reason"] or "")
    if outcome == "failed":
        test_case.result = [_build_failure(case, accepted)]
    elif outcome == "errored":
        test_case.result = [Error(reason, "errored")]
    elif outcome in {"skipped", "notApplicable"}:
        test_case.result = [Skipped(reason)]
    elif outcome == "warned":
        test_case.system_out = _clip("\n".join([*_finding_texts(case, accepted), *call_lines(case)]))
    return test_case


def _build_failure(result: dict[str, Any], accepted: AcceptedDeviations) -> Failure:
    """Return the failure of a case or requirement."""
    findings = [finding for finding in result["findings"] if finding["requirement"] not in accepted]
    worst = most_severe(findings or result["findings"])
    failure = Failure(clip_text(f"{worst['requirement']}: {worst['message']}"), worst["requirement"])
    call = "\n".join(call_lines(result))
    failure.text = _clip("\n\n".join([*_finding_texts(result, accepted), *([call] if call else [])]))
    return failure


def _finding_texts(result: dict[str, Any], accepted: AcceptedDeviations) -> list[str]:
    notes = ((finding_text(finding), acceptance_note(finding, accepted)) for finding in result["findings"])
    return [f"{text}\n{note}" if note else text for text, note in notes]


def _clip(text: str) -> str:
    return text if len(text) <= _MAX_TEXT_LENGTH else f"{text[:_MAX_TEXT_LENGTH]}... ({len(text)} characters)"


def _build_deviation_suite(deviations: list[dict[str, Any]]) -> TestSuite:
    """Return one test case for each known deviation; expired and resolved ones fail."""
    suite = TestSuite("deviations")
    for deviation in deviations:
        test_case = TestCase(deviation["requirement"], "imagesearch.deviations", 0)
        if is_failing(deviation):
            failure = Failure(clip_text(f"{state_label(deviation)}: {deviation['explanation']}"), deviation["state"])
            failure.text = deviation_text(deviation)
            test_case.result = [failure]
        elif deviation["state"] != DeviationState.APPLIED:
            test_case.result = [Skipped(clip_text(deviation["explanation"]))]
        else:
            test_case.system_out = deviation_text(deviation)
        suite.add_testcase(test_case)
    return suite


def _build_run_suite(report: dict[str, Any], accepted: AcceptedDeviations) -> TestSuite | None:
    """Return the findings about the whole run, and the reason why it ended early."""
    suite = TestSuite("run")
    for requirement in report["requirements"]:
        if requirement.get("findings"):
            suite.add_testcase(_build_run_test_case(requirement, accepted))
    if not report["complete"] or not report["cases"]:
        test_case = TestCase("run", "imagesearch.run")
        test_case.result = [Error(clip_text(report["stopReason"] or "no case was judged"), "run")]
        suite.add_testcase(test_case)
    return suite if len(suite) else None


def _build_run_test_case(requirement: dict[str, Any], accepted: AcceptedDeviations) -> TestCase:
    test_case = TestCase(requirement["id"], "imagesearch.run", 0)
    if requirement["outcome"] == "failed":
        test_case.result = [_build_failure(requirement, accepted)]
    else:
        test_case.system_out = _clip("\n".join(_finding_texts(requirement, accepted)))
    return test_case
