"""Five hundred failures, each with very long hostile texts: what people and pipelines open stays small."""

import json
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.junit import render_junit
from imagesearch_conformance.reports.sarif import render_sarif
from imagesearch_conformance.reports.summary import render_summary

MANY = 500


@pytest.fixture(scope="module", params=["huge texts", "long statements"])
def many(request, bench, hostile_text):
    """A report of many requirements, all failed, made from one of a real run."""
    report = build_report(bench("num-above-maximum-accepted").record(select=["num.maximum"]))
    requirement = next(one for one in report["requirements"] if one["id"] == "num.maximum")
    case = next(one for one in report["cases"] if one["id"] == "num.maximum/above")
    text = hostile_text * (100 if request.param == "huge texts" else 1)
    said = {"message": text, "actual": text, "where": text, "expected": [text]}
    ids = [f"num.maximum{number}" for number in range(MANY)]
    statement = text if request.param == "long statements" else requirement["statement"]
    findings = {name: {**case["findings"][0], **said, "requirement": name} for name in ids}
    return {
        **report,
        "trouble": text,
        "complete": False,
        "requirements": [{**requirement, "id": name, "statement": statement} for name in ids]
        + [{**requirement, "id": f"x.{name}", "outcome": "skipped", "reason": f"{name} {text}"} for name in ids],
        "cases": [
            {**case, "id": f"{name}/above", "requirements": [name], "findings": [findings[name]]} for name in ids
        ],
    }


def test_a_summary_is_far_below_what_pipelines_show(many):
    text = render_summary(many)
    assert len(text.encode()) < 64 * 1024
    assert text.startswith("# \u274c SearchImageByName: nonconformant")
    listed = [line for line in text.splitlines() if line.startswith("- **num.maximum")]
    assert len(listed) >= 3
    assert f"- and {MANY - len(listed)} more, see report.json" in text


def test_junit_has_all_of_them(many):
    text = render_junit(many)
    assert len(text) < 10_000_000
    assert len(ET.fromstring(text).findall("testsuite/testcase/failure")) == MANY  # noqa: S314 our own


def test_sarif_has_all_of_them(many):
    """A code host takes ten megabytes, compressed."""
    text = render_sarif(many)
    assert len(text) < 10_000_000
    assert len(json.loads(text)["runs"][0]["results"]) == MANY
