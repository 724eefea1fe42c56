"""Changes of cases and requirements between two reports."""

import base64
import json

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.reports.compare.changes import ChangeKind, ComparisonResult, change_kind, compare_reports
from imagesearch_conformance.reports.compare.results import ReportedResult, is_example, match_results, reported_cases

OUTCOMES = (*Outcome, None)
NOT_JUDGED = {Outcome.SKIPPED, Outcome.ERRORED, Outcome.NOT_APPLICABLE}
JUDGED = {Outcome.PASSED, Outcome.WARNED, Outcome.FAILED}


def build_result(outcome, **members):
    return None if outcome is None else ReportedResult("num.maximum/above", outcome, **members)


@pytest.mark.parametrize("old", OUTCOMES)
@pytest.mark.parametrize("new", OUTCOMES)
def test_the_change_of_each_pair_of_outcomes(old, new):
    if new is None:
        expected = ChangeKind.MISSING
    elif new is Outcome.FAILED:
        expected = None if old is Outcome.FAILED else ChangeKind.NEW_FAILURE
    elif old is None:
        expected = ChangeKind.NEW
    elif old in JUDGED and new in NOT_JUDGED:
        expected = ChangeKind.NOT_JUDGED
    elif (old, new) == (Outcome.FAILED, Outcome.PASSED):
        expected = ChangeKind.FIXED
    else:
        expected = None if old is new else ChangeKind.CHANGED_OUTCOME
    assert change_kind(build_result(old), build_result(new)) is expected


def test_other_response_labels_are_a_change():
    old, new = (build_result(Outcome.PASSED, response_labels=(label,)) for label in ("400 A", "400 B"))
    assert change_kind(old, new) is ChangeKind.CHANGED_CODE
    assert change_kind(old, old) is None
    assert change_kind(evolve(old, id="num.maximum/generated-1"), new) is None


RESULTS = st.lists(
    st.builds(
        ReportedResult,
        st.sampled_from(
            ["a/x", "a/y", "b/x", *(f"{source}/generated-{index}" for source in "ab" for index in range(4))]
        ),
        st.sampled_from(list(Outcome)),
        violated_requirements=st.sampled_from([frozenset(), frozenset({"a"}), frozenset({"a", "b"})]),
    ),
    unique_by=lambda result: result.id,
)


@given(RESULTS, RESULTS)
def test_every_result_is_in_exactly_one_pair(old, new):
    pairs = match_results(old, new)
    assert sorted(before.id for before, _ in pairs if before) == sorted(result.id for result in old)
    assert [after.id for _, after in pairs if after] == [result.id for result in new]
    for before, after in pairs:
        assert before or after
        if before and after and before.id != after.id:
            assert is_example(before)
            assert is_example(after)
            assert before.violated_requirements == after.violated_requirements
    assert match_results(old[::-1], new) == tuple(pairs[: len(new)]) + tuple(pairs[len(new) :][::-1])


@pytest.mark.parametrize("name", ["clean", "faulty", "interrupted"])
def test_a_report_compared_with_itself_has_no_change(get_report, contract, name):
    report = get_report(name)
    comparison = compare_reports(report, report, contract.protocol.success_status)
    assert comparison.changes == ()
    assert comparison.result is (
        ComparisonResult.NO_REGRESSION if report["complete"] else ComparisonResult.INCONCLUSIVE
    )
    assert comparison.unchanged_counts == (len(report["requirements"]), len(report["cases"]))


def test_a_fault_is_a_regression_and_its_repair_is_not(get_report, contract):
    comparison = compare_reports(get_report("clean"), get_report("faulty"), contract.protocol.success_status)
    failing = {
        requirement["id"] for requirement in get_report("faulty")["requirements"] if requirement["outcome"] == "failed"
    }
    assert {change.new.id for change in comparison.requirements if change.kind is ChangeKind.NEW_FAILURE} == failing
    assert comparison.result is ComparisonResult.REGRESSION
    back = compare_reports(get_report("faulty"), get_report("clean"), contract.protocol.success_status)
    assert {change.new.id for change in back.requirements if change.kind is ChangeKind.FIXED} == failing
    assert back.result is ComparisonResult.NO_REGRESSION


def test_the_labels_of_a_case_are_those_of_its_responses(get_report, records, contract):
    """A body that several cases share is stored once."""
    results = {result.id: result for result in reported_cases(get_report("clean"), contract.protocol.success_status)}
    for result in records().cases:
        expected = set()
        for exchange in result.exchanges:
            response = parse_response(exchange.response, contract.protocol.success_status)
            is_error = response.kind is ResponseKind.ERROR
            expected.add(
                f"{exchange.response.status} {response.error_code}" if is_error else str(exchange.response.status)
            )
        assert set(results[result.case.id].response_labels) - {"200"} == expected - {"200"}


@pytest.mark.parametrize(
    ("response", "expected"),
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
        ({"status": 400, "bodyRef": {"case": "missing", "exchange": 0}, "truncated": False}, "400 (no JSON object)"),
        ({"status": 400, "bodyRef": {"case": "a/b", "exchange": 9}, "truncated": False}, "400 (no JSON object)"),
    ],
)
def test_labels_of_responses_of_every_kind(response, expected, contract):
    case = {
        "id": "a/b", "requirements": ["a"], "outcome": "passed", "reason": None, "seconds": 0.0, "findings": [],
        "exchanges": [{"response": response}],
    }  # fmt: skip
    (result,) = reported_cases({"cases": [case]}, contract.protocol.success_status)
    assert result.response_labels == (expected,)
