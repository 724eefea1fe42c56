"""The report as JUnit XML: one suite an area, failures as failures, errors as errors, skips with reasons.

Every text from outside goes through `told`, which also makes visible what XML 1.0 (section 2.2) cannot hold.
"""

from __future__ import annotations

from typing import Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from imagesearch_conformance.reports.wording import finding_text, gravest, told, warnings_of


def junit(document: dict[str, Any]) -> str:
    """The XML text of a report."""
    areas = {one["id"]: one["area"] for one in document["requirements"]}
    suites: dict[str, TestSuite] = {}
    for case in document["cases"]:
        area = areas[case["requirements"][0]]
        suites.setdefault(area, TestSuite(area)).add_testcase(_case(case, area))
    xml = JUnitXml(f"imagesearch-conformance: {told(document['target']['endpoint'])}")
    for suite in suites.values():
        xml.add_testsuite(suite)
    if not document["complete"] or not document["cases"]:
        xml.add_testsuite(_trouble(document))
    xml.update_statistics()  # type: ignore[no-untyped-call] # junitparser ships no types
    text: str = xml.tostring().decode("utf-8")  # type: ignore[no-untyped-call] # junitparser ships no types
    return text


def _case(case: dict[str, Any], area: str) -> TestCase:
    made = TestCase(case["id"], f"imagesearch.{area}", case["seconds"])
    outcome, reason = case["outcome"], told(case["reason"] or "")
    if outcome == "failed":
        made.result = [_failure(case)]
    elif outcome == "errored":
        made.result = [Error(reason)]
    elif outcome in {"skipped", "notApplicable"}:
        made.result = [Skipped(reason)]
    elif outcome == "warned":
        made.system_out = "\n".join(warnings_of(case))
    return made


def _failure(case: dict[str, Any]) -> Failure:
    first = gravest(case["findings"])
    made = Failure(told(f"{first['requirement']}: {first['message']}"), first["requirement"])
    made.text = "\n\n".join(finding_text(one) for one in case["findings"])
    return made


def _trouble(document: dict[str, Any]) -> TestSuite:
    suite = TestSuite("run")
    made = TestCase("run", "imagesearch.run")
    made.result = [Error(told(document["trouble"] or "nothing was judged"))]
    suite.add_testcase(made)
    return suite
