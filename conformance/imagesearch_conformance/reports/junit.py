"""The report as JUnit XML: one suite an area, failures as failures, errors as errors, skips with reasons.

Nobody owns the format; this keeps to what the schema of Jenkins's xUnit plugin (junit-10.xsd) allows.
Every text from outside goes through `told`, which also makes visible what XML 1.0 (section 2.2) cannot hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from imagesearch_conformance.model.deviation import State
from imagesearch_conformance.reports.calls import call_lines
from imagesearch_conformance.reports.deviations import (
    acceptance,
    accepted_in,
    deviation_text,
    deviations_of,
    fails,
    state_words,
)
from imagesearch_conformance.reports.subject import subject_of
from imagesearch_conformance.reports.wording import finding_text, gravest, told

#: The deviations that are accepted, by their requirements.
Accepted = Mapping[str, dict[str, Any]]

#: The most of one failure, in characters.
_MOST = 10_000


def junit(document: dict[str, Any]) -> str:
    """The XML text of a report."""
    areas = {one["id"]: one["area"] for one in document["requirements"]}
    accepted = accepted_in(document)
    cases: dict[str, list[TestCase]] = {}
    for case in document["cases"]:
        area = told(areas.get(case["requirements"][0], "unknown"))
        cases.setdefault(area, []).append(_case(case, area, accepted))
    suites = {area: _suite(area, some) for area, some in cases.items()}
    if deviations := deviations_of(document):
        suites["deviations"] = _deviations(deviations)
    if whole := _whole(document, accepted):
        suites["run"] = whole
    xml = JUnitXml(f"imagesearch-conformance: {told(subject_of(document).title)}")
    for suite in suites.values():
        suite.timestamp = document["startedAt"].removesuffix("Z")
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call] # junitparser ships no types
    _plain(xml._elem)  # noqa: SLF001 the only way to attributes as they are written
    text: str = xml.tostring().decode("utf-8")  # type: ignore[no-untyped-call] # junitparser ships no types
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(area: str, cases: list[TestCase]) -> TestSuite:
    """A suite with all its cases at once: the library counts anew whenever some are added."""
    suite = TestSuite(area)
    suite.add_testcases(cases)
    return suite


def _plain(root: Element) -> None:
    """Times in full, which the library rounds; no skips of the whole, which the schema lacks."""
    for suite in root:
        for case in suite:
            case.set("time", f"{float(case.get('time', 0)):.6f}")
        suite.set("time", f"{sum(float(case.get('time', 0)) for case in suite):.6f}")
    root.set("time", f"{sum(float(suite.get('time', 0)) for suite in root):.6f}")
    root.attrib.pop("skipped", None)


def _case(case: dict[str, Any], area: str, accepted: Accepted) -> TestCase:
    made = TestCase(case["id"], f"imagesearch.{area}", case["seconds"])
    outcome, reason = case["outcome"], told(case["reason"] or "")
    if outcome == "failed":
        made.result = [_failure(case, accepted)]
    elif outcome == "errored":
        made.result = [Error(reason, "errored")]
    elif outcome in {"skipped", "notApplicable"}:
        made.result = [Skipped(reason)]
    elif outcome == "warned":
        made.system_out = _bounded(
            "\n".join([*(_told_of(one, accepted) for one in case["findings"]), *call_lines(case)])
        )
    return made


def _failure(case: dict[str, Any], accepted: Accepted) -> Failure:
    first = gravest([one for one in case["findings"] if one["requirement"] not in accepted] or case["findings"])
    made = Failure(told(f"{first['requirement']}: {first['message']}"), first["requirement"])
    called = "\n".join(call_lines(case))
    said = [*(_told_of(one, accepted) for one in case["findings"]), *([called] if called else [])]
    made.text = _bounded("\n\n".join(said))
    return made


def _told_of(finding: dict[str, Any], accepted: Accepted) -> str:
    known = acceptance(finding, accepted)
    return finding_text(finding) + (f"\n{known}" if known else "")


def _bounded(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[:_MOST]}... ({len(text)} characters)"


def _deviations(deviations: list[dict[str, Any]]) -> TestSuite:
    """One test case for each known departure: those that are over or gone fail."""
    suite = TestSuite("deviations")
    for one in deviations:
        made = TestCase(one["requirement"], "imagesearch.deviations", 0)
        if fails(one):
            failure = Failure(told(f"{state_words(one)}: {one['explanation']}"), one["state"])
            failure.text = deviation_text(one)
            made.result = [failure]
        elif one["state"] != State.APPLIED:
            made.result = [Skipped(told(one["explanation"]))]
        else:
            made.system_out = deviation_text(one)
        suite.add_testcase(made)
    return suite


def _whole(document: dict[str, Any], accepted: Accepted) -> TestSuite | None:
    """What no case shows: findings of the whole run, and why it did not come to its end."""
    suite = TestSuite("run")
    for one in document["requirements"]:
        if one.get("findings"):
            suite.add_testcase(_of_run(one, accepted))
    if not document["complete"] or not document["cases"]:
        made = TestCase("run", "imagesearch.run")
        made.result = [Error(told(document["trouble"] or "nothing was judged"), "run")]
        suite.add_testcase(made)
    return suite if len(suite) else None


def _of_run(requirement: dict[str, Any], accepted: Accepted) -> TestCase:
    made = TestCase(requirement["id"], "imagesearch.run", 0)
    if requirement["outcome"] == "failed":
        made.result = [_failure(requirement, accepted)]
    else:
        made.system_out = _bounded("\n".join(_told_of(one, accepted) for one in requirement["findings"]))
    return made
