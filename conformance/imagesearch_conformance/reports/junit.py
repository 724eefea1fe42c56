"""The report as JUnit XML: one suite an area, failures as failures, errors as errors, skips with reasons.

Nobody owns the format; this keeps to what the schema of Jenkins's xUnit plugin (junit-10.xsd) allows.
Every text from outside goes through `told`, which also makes visible what XML 1.0 (section 2.2) cannot hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from imagesearch_conformance.model.deviation import DeviationState
from imagesearch_conformance.reports.client_calls import call_lines
from imagesearch_conformance.reports.deviations import (
    acceptance_note,
    accepted_deviations,
    deviation_text,
    is_failing,
    reported_deviations,
    state_label,
)
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import clip_text, finding_text, most_severe

#: The deviations that are accepted, by their requirements.
AcceptedDeviations = Mapping[str, dict[str, Any]]

#: The most of one failure, in characters.
_MAX_TEXT_LENGTH = 10_000


def render_junit(report: dict[str, Any]) -> str:
    """The XML text of a report."""
    areas = {one["id"]: one["area"] for one in report["requirements"]}
    accepted = accepted_deviations(report)
    cases: dict[str, list[TestCase]] = {}
    for case in report["cases"]:
        area = clip_text(areas.get(case["requirements"][0], "unknown"))
        cases.setdefault(area, []).append(_build_test_case(case, area, accepted))
    suites = {area: _build_suite(area, some) for area, some in cases.items()}
    if deviations := reported_deviations(report):
        suites["deviations"] = _build_deviation_suite(deviations)
    if whole := _build_run_suite(report, accepted):
        suites["run"] = whole
    xml = JUnitXml(f"imagesearch-conformance: {clip_text(build_subject(report).title)}")
    for suite in suites.values():
        suite.timestamp = report["startedAt"].removesuffix("Z")
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call] # junitparser ships no types
    _adjust_attributes(xml._elem)  # noqa: SLF001 the only way to attributes as they are written
    text: str = xml.tostring().decode("utf-8")  # type: ignore[no-untyped-call] # junitparser ships no types
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _build_suite(area: str, cases: list[TestCase]) -> TestSuite:
    """A suite with all its cases at once: the library counts anew whenever some are added."""
    suite = TestSuite(area)
    suite.add_testcases(cases)
    return suite


def _adjust_attributes(root: Element) -> None:
    """Times in full, which the library rounds; no skips of the whole, which the schema lacks."""
    for suite in root:
        for case in suite:
            case.set("time", f"{float(case.get('time', 0)):.6f}")
        suite.set("time", f"{sum(float(case.get('time', 0)) for case in suite):.6f}")
    root.set("time", f"{sum(float(suite.get('time', 0)) for suite in root):.6f}")
    root.attrib.pop("skipped", None)


def _build_test_case(case: dict[str, Any], area: str, accepted: AcceptedDeviations) -> TestCase:
    made = TestCase(case["id"], f"imagesearch.{area}", case["seconds"])
    outcome, reason = case["outcome"], clip_text(case["reason"] or "")
    if outcome == "failed":
        made.result = [_build_failure(case, accepted)]
    elif outcome == "errored":
        made.result = [Error(reason, "errored")]
    elif outcome in {"skipped", "notApplicable"}:
        made.result = [Skipped(reason)]
    elif outcome == "warned":
        made.system_out = _clip(
            "\n".join([*(_finding_with_acceptance(one, accepted) for one in case["findings"]), *call_lines(case)])
        )
    return made


def _build_failure(case: dict[str, Any], accepted: AcceptedDeviations) -> Failure:
    first = most_severe([one for one in case["findings"] if one["requirement"] not in accepted] or case["findings"])
    made = Failure(clip_text(f"{first['requirement']}: {first['message']}"), first["requirement"])
    called = "\n".join(call_lines(case))
    said = [*(_finding_with_acceptance(one, accepted) for one in case["findings"]), *([called] if called else [])]
    made.text = _clip("\n\n".join(said))
    return made


def _finding_with_acceptance(finding: dict[str, Any], accepted: AcceptedDeviations) -> str:
    known = acceptance_note(finding, accepted)
    return finding_text(finding) + (f"\n{known}" if known else "")


def _clip(text: str) -> str:
    return text if len(text) <= _MAX_TEXT_LENGTH else f"{text[:_MAX_TEXT_LENGTH]}... ({len(text)} characters)"


def _build_deviation_suite(deviations: list[dict[str, Any]]) -> TestSuite:
    """One test case for each known departure: those that are over or gone fail."""
    suite = TestSuite("deviations")
    for one in deviations:
        made = TestCase(one["requirement"], "imagesearch.deviations", 0)
        if is_failing(one):
            failure = Failure(clip_text(f"{state_label(one)}: {one['explanation']}"), one["state"])
            failure.text = deviation_text(one)
            made.result = [failure]
        elif one["state"] != DeviationState.APPLIED:
            made.result = [Skipped(clip_text(one["explanation"]))]
        else:
            made.system_out = deviation_text(one)
        suite.add_testcase(made)
    return suite


def _build_run_suite(report: dict[str, Any], accepted: AcceptedDeviations) -> TestSuite | None:
    """What no case shows: findings of the whole run, and why it did not come to its end."""
    suite = TestSuite("run")
    for one in report["requirements"]:
        if one.get("findings"):
            suite.add_testcase(_build_run_test_case(one, accepted))
    if not report["complete"] or not report["cases"]:
        made = TestCase("run", "imagesearch.run")
        made.result = [Error(clip_text(report["trouble"] or "nothing was judged"), "run")]
        suite.add_testcase(made)
    return suite if len(suite) else None


def _build_run_test_case(requirement: dict[str, Any], accepted: AcceptedDeviations) -> TestCase:
    made = TestCase(requirement["id"], "imagesearch.run", 0)
    if requirement["outcome"] == "failed":
        made.result = [_build_failure(requirement, accepted)]
    else:
        made.system_out = _clip("\n".join(_finding_with_acceptance(one, accepted) for one in requirement["findings"]))
    return made
