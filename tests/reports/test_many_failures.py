"""Formats of a report with 500 failures and very long hostile texts stay small."""

import json
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.junit import render_junit
from imagesearch_conformance.reports.sarif import render_sarif
from imagesearch_conformance.reports.summary import render_summary

FAILURE_COUNT = 500


@pytest.fixture(scope="module", params=["huge texts", "long statements"])
def report_with_many_failures(request, bench, hostile_text):
    """A report of many failed requirements, built from the report of a real run."""
    report = build_report(bench("num-above-maximum-accepted").record(select=["num.maximum"]))
    requirement = next(requirement for requirement in report["requirements"] if requirement["id"] == "num.maximum")
    case = next(case for case in report["cases"] if case["id"] == "num.maximum/above")
    text = hostile_text * (100 if request.param == "huge texts" else 1)
    texts = {"message": text, "actual": text, "where": text, "expected": [text]}
    ids = [f"num.maximum{number}" for number in range(FAILURE_COUNT)]
    statement = text if request.param == "long statements" else requirement["statement"]
    findings = {name: {**case["findings"][0], **texts, "requirement": name} for name in ids}
    return {
        **report,
        "stopReason": text,
        "complete": False,
        "requirements": [{**requirement, "id": name, "statement": statement} for name in ids]
        + [{**requirement, "id": f"x.{name}", "outcome": "skipped", "reason": f"{name} {text}"} for name in ids],
        "cases": [
            {**case, "id": f"{name}/above", "requirements": [name], "findings": [findings[name]]} for name in ids
        ],
    }


def test_the_summary_is_far_below_the_limits_of_pipelines(report_with_many_failures):
    text = render_summary(report_with_many_failures)
    assert len(text.encode()) < 64 * 1024
    assert text.startswith("# \u274c SearchImageByName: nonconformant")
    listed = [line for line in text.splitlines() if line.startswith("- **num.maximum")]
    assert len(listed) >= 3
    assert f"- and {FAILURE_COUNT - len(listed)} more, see report.json" in text


def test_junit_has_all_failures(report_with_many_failures):
    text = render_junit(report_with_many_failures)
    assert len(text) < 10_000_000
    assert len(ET.fromstring(text).findall("testsuite/testcase/failure")) == FAILURE_COUNT  # noqa: S314 our own


def test_sarif_has_all_failures(report_with_many_failures):
    """Code hosts accept ten megabytes, compressed."""
    text = render_sarif(report_with_many_failures)
    assert len(text) < 10_000_000
    assert len(json.loads(text)["runs"][0]["results"]) == FAILURE_COUNT
