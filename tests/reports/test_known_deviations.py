"""Known deviations in every format with a verdict, and between two reports."""

import json
from copy import deepcopy

import pytest

from imagesearch_conformance.reports.badge import render_badge
from imagesearch_conformance.reports.compare.changes import ComparisonResult, compare_reports
from imagesearch_conformance.reports.html import render_html
from imagesearch_conformance.reports.matrix import MatrixColumn
from imagesearch_conformance.reports.sarif import render_sarif


@pytest.fixture
def report_with_deviation(get_report):
    """Return the report of a clean run with a known deviation in this state."""

    def build(state, verdict="conformant"):
        report = deepcopy(get_report("clean"))
        report["verdict"] = verdict
        report["deviations"] = [
            {
                "requirement": "num.maximum",
                "reason": "some reason",
                "link": "https://example.com/1",
                "expires": "2026-01-31",
                "state": state,
                "explanation": "remove it",
            }
        ]
        return report

    return build


def test_accepted_deviations_are_shown_beside_the_verdict(report_with_deviation):
    report = report_with_deviation("applied")
    assert "conformant, 1 known" in render_badge(report)
    assert MatrixColumn("ours", report).scope_notes == ("with 1 known deviation",)


def test_a_failing_deviation_is_shown_as_a_failure(report_with_deviation):
    report = report_with_deviation("resolved", "nonconformant")
    assert "nonconformant, 1 failing" in render_badge(report)
    head = render_html(report).partition("<main")[0]
    assert "1 known deviation</a> no longer accepted" in head
    (invocation,) = json.loads(render_sarif(report))["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    assert "num.maximum" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_a_deviation_that_starts_to_fail_is_a_regression(report_with_deviation, get_report):
    old = get_report("clean")
    assert (
        compare_reports(old, report_with_deviation("resolved", "nonconformant"), 200).result
        is ComparisonResult.REGRESSION
    )
    assert (
        compare_reports(report_with_deviation("resolved"), report_with_deviation("resolved"), 200).result
        is ComparisonResult.NO_REGRESSION
    )
    assert compare_reports(old, report_with_deviation("applied"), 200).result is ComparisonResult.NO_REGRESSION
    (note,) = [
        note for note in compare_reports(old, report_with_deviation("applied"), 200).notes if note.about == "deviations"
    ]
    assert (note.old, note.new) == ({}, {"num.maximum": "applied"})
