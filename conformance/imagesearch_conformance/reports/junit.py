"""The report as JUnit XML: one suite an area, failures as failures, errors as errors, skips with reasons.

Every text from outside goes through `told`, which also makes visible what XML 1.0 (section 2.2) cannot hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from imagesearch_conformance.model.deviation import State
from imagesearch_conformance.reports.deviations import (
    acceptance,
    accepted_in,
    deviation_text,
    deviations_of,
    fails,
    state_words,
)
from imagesearch_conformance.reports.wording import finding_text, gravest, told

#: The deviations that are accepted, by their requirements.
Accepted = Mapping[str, dict[str, Any]]


def junit(document: dict[str, Any]) -> str:
    """The XML text of a report."""
    areas = {one["id"]: one["area"] for one in document["requirements"]}
    accepted = accepted_in(document)
    suites: dict[str, TestSuite] = {}
    for case in document["cases"]:
        area = areas[case["requirements"][0]]
        suites.setdefault(area, TestSuite(area)).add_testcase(_case(case, area, accepted))
    xml = JUnitXml(f"imagesearch-conformance: {told(document['target']['endpoint'])}")
    for suite in suites.values():
        xml.add_testsuite(suite)
    if deviations := deviations_of(document):
        xml.add_testsuite(_deviations(deviations))
    if not document["complete"] or not document["cases"]:
        xml.add_testsuite(_trouble(document))
    xml.update_statistics()  # type: ignore[no-untyped-call] # junitparser ships no types
    text: str = xml.tostring().decode("utf-8")  # type: ignore[no-untyped-call] # junitparser ships no types
    return text


def _case(case: dict[str, Any], area: str, accepted: Accepted) -> TestCase:
    made = TestCase(case["id"], f"imagesearch.{area}", case["seconds"])
    outcome, reason = case["outcome"], told(case["reason"] or "")
    if outcome == "failed":
        made.result = [_failure(case, accepted)]
    elif outcome == "errored":
        made.result = [Error(reason)]
    elif outcome in {"skipped", "notApplicable"}:
        made.result = [Skipped(reason)]
    elif outcome == "warned":
        made.system_out = "\n".join(_told_of(one, accepted) for one in case["findings"])
    return made


def _failure(case: dict[str, Any], accepted: Accepted) -> Failure:
    first = gravest([one for one in case["findings"] if one["requirement"] not in accepted] or case["findings"])
    made = Failure(told(f"{first['requirement']}: {first['message']}"), first["requirement"])
    made.text = "\n\n".join(_told_of(one, accepted) for one in case["findings"])
    return made


def _told_of(finding: dict[str, Any], accepted: Accepted) -> str:
    known = acceptance(finding, accepted)
    return finding_text(finding) + (f"\n{known}" if known else "")


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


def _trouble(document: dict[str, Any]) -> TestSuite:
    suite = TestSuite("run")
    made = TestCase("run", "imagesearch.run")
    made.result = [Error(told(document["trouble"] or "nothing was judged"))]
    suite.add_testcase(made)
    return suite
