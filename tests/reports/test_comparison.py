"""What becomes of cases and requirements between two reports: every pair of outcomes, and any number of them."""

import base64
import json

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.checks.parsed_response import ResponseKind as ReplyKind
from imagesearch_conformance.checks.parsed_response import parse_response
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.reports.compare.changes import ChangeKind, ComparisonResult, change_kind, compare_reports
from imagesearch_conformance.reports.compare.match import is_example, match_results
from imagesearch_conformance.reports.compare.reported_result import ReportedResult, reported_cases

OUTCOMES = (*Outcome, None)
UNTOLD = {Outcome.SKIPPED, Outcome.ERRORED, Outcome.NOT_APPLICABLE}
JUDGED = {Outcome.PASSED, Outcome.WARNED, Outcome.FAILED}


def standing(outcome, **given):
    return None if outcome is None else ReportedResult("num.maximum/above", outcome, **given)


@pytest.mark.parametrize("old", OUTCOMES)
@pytest.mark.parametrize("new", OUTCOMES)
def test_what_becomes_of_each_pair_of_outcomes(old, new):
    if new is None:
        due = ChangeKind.VANISHED
    elif new is Outcome.FAILED:
        due = None if old is Outcome.FAILED else ChangeKind.NEW_FAILURE
    elif old is None:
        due = ChangeKind.NEW
    elif old in JUDGED and new in UNTOLD:
        due = ChangeKind.LOST
    elif (old, new) == (Outcome.FAILED, Outcome.PASSED):
        due = ChangeKind.FIXED
    else:
        due = None if old is new else ChangeKind.CHANGED_OUTCOME
    assert change_kind(standing(old), standing(new)) is due


def test_other_replies_are_a_change_of_their_own():
    old, new = (standing(Outcome.PASSED, response_labels=(one,)) for one in ("400 A", "400 B"))
    assert change_kind(old, new) is ChangeKind.CHANGED_CODE
    assert change_kind(old, old) is None
    assert change_kind(evolve(old, id="num.maximum/generated-1"), new) is None


STANDINGS = st.lists(
    st.builds(
        ReportedResult,
        st.sampled_from(["a/x", "a/y", "b/x", *(f"{one}/generated-{index}" for one in "ab" for index in range(4))]),
        st.sampled_from(list(Outcome)),
        violated_requirements=st.sampled_from([frozenset(), frozenset({"a"}), frozenset({"a", "b"})]),
    ),
    unique_by=lambda one: one.id,
)


@given(STANDINGS, STANDINGS)
def test_everything_is_in_exactly_one_pair(old, new):
    found = match_results(old, new)
    assert sorted(one.id for one, _ in found if one) == sorted(one.id for one in old)
    assert [one.id for _, one in found if one] == [one.id for one in new]
    for before, after in found:
        assert before or after
        if before and after and before.id != after.id:
            assert is_example(before)
            assert is_example(after)
            assert before.violated_requirements == after.violated_requirements
    assert match_results(old[::-1], new) == tuple(found[: len(new)]) + tuple(found[len(new) :][::-1])


@pytest.mark.parametrize("name", ["clean", "faulty", "interrupted"])
def test_a_report_beside_itself_has_no_change(documents, contract, name):
    report = documents(name)
    found = compare_reports(report, report, contract.protocol.success_status)
    assert found.changes == ()
    assert found.result is (ComparisonResult.NO_REGRESSION if report["complete"] else ComparisonResult.INCONCLUSIVE)
    assert found.unchanged_counts == (len(report["requirements"]), len(report["cases"]))


def test_whole_runs_of_a_fault(documents, contract):
    found = compare_reports(documents("clean"), documents("faulty"), contract.protocol.success_status)
    failing = {one["id"] for one in documents("faulty")["requirements"] if one["outcome"] == "failed"}
    assert {one.new.id for one in found.requirements if one.kind is ChangeKind.NEW_FAILURE} == failing
    assert found.result is ComparisonResult.REGRESSION
    back = compare_reports(documents("faulty"), documents("clean"), contract.protocol.success_status)
    assert {one.new.id for one in back.requirements if one.kind is ChangeKind.FIXED} == failing
    assert back.result is ComparisonResult.NO_REGRESSION


def test_the_replies_of_a_case_are_those_that_came(documents, records, contract):
    """Although a report writes a body that several cases share only once."""
    standings = {one.id: one for one in reported_cases(documents("clean"), contract.protocol.success_status)}
    for result in records().cases:
        due = set()
        for exchange in result.exchanges:
            reading = parse_response(exchange.response, contract.protocol.success_status)
            refused = reading.kind is ReplyKind.ERROR
            due.add(f"{exchange.response.status} {reading.error_code}" if refused else str(exchange.response.status))
        assert set(standings[result.case.id].response_labels) - {"200"} == due - {"200"}


@pytest.mark.parametrize(
    ("response", "due"),
    [
        ({"status": 502, "body": "<html>", "truncated": False}, "502 (no JSON object)"),
        ({"status": 200, "body": '{"Auctions": [', "truncated": True}, "200"),
        ({"status": 400, "body": '{"Code": "A\\u001b[2J"}', "truncated": False}, "400 A\\u001b[2J"),
        ({"status": 400, "body": json.dumps({"Code": "A"}), "truncated": False}, "400 A"),
        ({"status": 400, "bodyBase64": "!", "truncated": False}, "400 (no JSON object)"),
        (
            {"status": 400, "bodyBase64": base64.b64encode(b'{"Code": "\xff"}').decode(), "truncated": False},
            "400 \ufffd",
        ),
        ({"status": 400, "bodyOf": {"case": "gone", "exchange": 0}, "truncated": False}, "400 (no JSON object)"),
        ({"status": 400, "bodyOf": {"case": "a/b", "exchange": 9}, "truncated": False}, "400 (no JSON object)"),
    ],
)
def test_replies_of_every_kind(response, due, contract):
    case = {
        "id": "a/b", "requirements": ["a"], "outcome": "passed", "reason": None, "seconds": 0.0, "findings": [],
        "exchanges": [{"response": response}],
    }  # fmt: skip
    (found,) = reported_cases({"cases": [case]}, contract.protocol.success_status)
    assert found.response_labels == (due,)
