"""Known departures in every format that speaks of a verdict, and between two reports."""

import json
from copy import deepcopy

import pytest

from imagesearch_conformance.reports.badge import render_badge
from imagesearch_conformance.reports.compare.changes import ComparisonResult, compare_reports
from imagesearch_conformance.reports.html import render_html
from imagesearch_conformance.reports.matrix import MatrixColumn
from imagesearch_conformance.reports.sarif import render_sarif


@pytest.fixture
def knowing(documents):
    """The report of a clean run with a known departure in a state."""

    def made(state, verdict="conformant"):
        report = deepcopy(documents("clean"))
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

    return made


def test_what_is_accepted_stands_beside_the_verdict(knowing):
    report = knowing("applied")
    assert "conformant, 1 known" in render_badge(report)
    assert MatrixColumn("ours", report).scope_notes == ("with 1 known departure",)


def test_what_is_no_longer_accepted_fails_in_words(knowing):
    report = knowing("gone", "nonconformant")
    assert "nonconformant, 1 failing" in render_badge(report)
    head = render_html(report).partition("<main")[0]
    assert "1 known departure</a> no longer accepted" in head
    (invocation,) = json.loads(render_sarif(report))["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    assert "num.maximum" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_one_that_begins_to_fail_the_run_is_a_regression(knowing, documents):
    old = documents("clean")
    assert compare_reports(old, knowing("gone", "nonconformant"), 200).result is ComparisonResult.REGRESSION
    assert compare_reports(knowing("gone"), knowing("gone"), 200).result is ComparisonResult.NO_REGRESSION
    assert compare_reports(old, knowing("applied"), 200).result is ComparisonResult.NO_REGRESSION
    (note,) = [one for one in compare_reports(old, knowing("applied"), 200).notes if one.about == "deviations"]
    assert (note.old, note.new) == ({}, {"num.maximum": "applied"})
