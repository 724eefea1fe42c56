"""Error responses: envelope, status, code and message, each with its own requirement."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.contract.error_table import ErrorTable
from imagesearch_conformance.model.expectation import Grade


@pytest.fixture
def build_error(contract):
    """Build a valid error body for a code."""

    def build(code, **changes):
        row = contract.errors.find(code)
        whole = {"Code": code, "Message": row.message, "RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"} | changes
        return {name: value for name, value in whole.items() if value is not ...}

    return build


@pytest.mark.parametrize("code", ["OverflowMaxReturnNum", "InvalidNumParameter", "BadRequest"])
def test_each_documented_code_of_the_violation_passes(locate_findings, num_above_maximum, build_error, code):
    assert locate_findings(build_error(code), 400, num_above_maximum) == set()


def test_a_gateway_code_is_tolerated_with_a_finding(contract, target, build_exchange, num_above_maximum, build_error):
    judged = judge(
        contract, target, num_above_maximum, [build_exchange(num_above_maximum, build_error("InvalidNum"), 400)]
    )
    (only,) = judged.findings
    assert (only.requirement, only.grade) == ("num.maximum", Grade.TOLERATED)


@pytest.mark.parametrize("code", ["InvalidCategory", "InternalOssError"])
def test_a_code_of_another_cause_fails(contract, locate_findings, num_above_maximum, build_error, code):
    status = contract.errors.find(code).status
    assert locate_findings(build_error(code), status, num_above_maximum) == {("num.maximum", "status")}


def test_an_unknown_code_fails(locate_findings, num_above_maximum):
    response = {"Code": "Oops", "Message": "no", "RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"}
    assert locate_findings(response, 400, num_above_maximum) == {("num.maximum", "status")}


def test_success_for_an_invalid_request_fails(locate_findings, num_above_maximum, sample):
    assert ("num.maximum", "status") in locate_findings(sample, 200, num_above_maximum)


def test_a_wrong_status_fails_only_the_requirement_of_the_code(locate_findings, num_above_maximum, build_error):
    names = {name for name, _ in locate_findings(build_error("OverflowMaxReturnNum"), 500, num_above_maximum)}
    assert names == {"error.OverflowMaxReturnNum.status"}


def test_an_error_with_the_status_of_success_is_also_inconsistent(locate_findings, num_above_maximum, build_error):
    names = {name for name, _ in locate_findings(build_error("OverflowMaxReturnNum"), 200, num_above_maximum)}
    assert names == {"error.OverflowMaxReturnNum.status", "response.success.consistent"}


@pytest.mark.parametrize(
    ("change", "requirement"),
    [
        ({"Message": "Too many."}, "error.OverflowMaxReturnNum.message"),
        ({"Message": ...}, "error.envelope.message.present"),
        ({"Message": 7}, "error.envelope.message.type"),
        ({"RequestId": ...}, "error.envelope.requestid.present"),
        ({"RequestId": None}, "error.envelope.requestid.type"),
        ({"RequestId": "17"}, "error.envelope.requestid.format"),
        ({"Code": ...}, "error.envelope.code.present"),
        ({"Code": 400}, "error.envelope.code.type"),
    ],
)
def test_a_wrong_envelope_fails(locate_findings, num_above_maximum, build_error, change, requirement):
    assert {
        name for name, _ in locate_findings(build_error("OverflowMaxReturnNum", **change), 400, num_above_maximum)
    } == {requirement}


def test_another_known_spelling_of_a_message_is_tolerated(
    contract, target, build_exchange, num_above_maximum, build_error
):
    response = build_error(
        "InvalidNumParameter", Message=contract.errors.find("InvalidNumParameter").tolerated_messages[0]
    )
    (only,) = judge(contract, target, num_above_maximum, [build_exchange(num_above_maximum, response, 400)]).findings
    assert (only.requirement, only.grade) == ("error.InvalidNumParameter.message", Grade.TOLERATED)


@pytest.mark.parametrize(
    "message",
    [
        'Traceback (most recent call last):\n  File "x"',
        "boom\n\tat com.example.Search.find(Search.java:17)",
        "open /srv/app/search/engine.py failed",
        "goroutine 17 [running]:",
    ],
)
def test_a_message_that_reveals_internals_fails(locate_findings, num_above_maximum, build_error, message):
    names = {name for name, _ in locate_findings(build_error("InvalidNum", Message=message), 400, num_above_maximum)}
    assert "error.leak" in names


@pytest.mark.parametrize("message", ["int_attr/str_attr is wrong", "see https://example.com/errors/a", "at most 100"])
def test_ordinary_messages_leak_nothing(locate_findings, num_above_maximum, build_error, message):
    names = {name for name, _ in locate_findings(build_error("InvalidNum", Message=message), 400, num_above_maximum)}
    assert "error.leak" not in names


def test_an_error_for_a_valid_request_fails(locate_findings, build_error):
    assert locate_findings(build_error("BadRequest"), 400) == {("request.minimal", "status")}


@pytest.fixture
def only_finding(contract, target, builder, build_exchange):
    """Return the only finding of the requirements of a case."""

    def run(response, status, case=None):
        asked = case or builder.success_case("request.minimal/first", "minimal", builder.request())
        findings = judge(contract, target, asked, [build_exchange(asked, response, status)]).findings
        (finding,) = [item for item in findings if item.requirement in asked.requirements]
        return finding

    return run


def test_a_finding_has_actual_place_message_and_accepted_outcomes(only_finding, num_above_maximum, build_error, sample):
    unreadable = only_finding(b"<html>", 500)
    assert (unreadable.actual, unreadable.where) == (500, "status")
    assert unreadable.message == "got status 500 and no readable body"
    nameless = only_finding({"Message": "no", "RequestId": "x"}, 400)
    assert (nameless.actual, nameless.where) == ("an error without a code", "status")
    assert nameless.message == "got an error without a code, expected success"
    refused = only_finding({"Code": "Oops", "Message": "no", "RequestId": "x"}, 400)
    assert (refused.actual, refused.where, refused.expected) == ("400 Oops", "status", ("200 success (documented)",))
    assert refused.message == "got 400 Oops, expected success"
    succeeded = only_finding(sample, 200, num_above_maximum)
    assert succeeded.message == "got success, expected an error"
    assert set(succeeded.expected) == {str(acceptance) for acceptance in num_above_maximum.expectation.acceptances}
    tolerated = only_finding(build_error("InvalidNum"), 400, num_above_maximum)
    assert (tolerated.actual, tolerated.where) == ("400 InvalidNum", "/Code")
    assert tolerated.message == "400 InvalidNum is tolerated, but not documented for this request"
    assert set(tolerated.expected) == {str(acceptance) for acceptance in num_above_maximum.expectation.acceptances}


def test_a_further_status_of_a_documented_code_is_tolerated(contract, target, build_exchange, builder, build_error):
    row = evolve(contract.errors.find("InvalidInstance"), tolerated_statuses=(418,))
    further = evolve(contract, errors=ErrorTable.from_rows([row], []))
    case = builder.success_case("request.minimal/first", "minimal", builder.request())
    for status, grade in ((418, Grade.TOLERATED), (599, Grade.DOCUMENTED)):
        findings = judge(further, target, case, [build_exchange(case, build_error(row.code), status)]).findings
        (finding,) = [item for item in findings if item.requirement == f"error.{row.code}.status"]
        assert (finding.grade, finding.expected, finding.actual, finding.where) == (
            grade,
            (str(row.status),),
            status,
            "status",
        )


def test_a_finding_tells_how_the_message_differs(contract, target, build_exchange, builder, build_error):
    row = next(row for row in contract.errors.documented_rows if row.tolerated_messages)
    case = builder.success_case("request.minimal/first", "minimal", builder.request())
    said = ((row.tolerated_messages[0], Grade.TOLERATED, "another known spelling of the message"),)
    for message, grade, words in (*said, ("Other.", Grade.DOCUMENTED, "the message differs from the documentation")):
        response = build_exchange(case, build_error(row.code, Message=message), row.status)
        findings = judge(contract, target, case, [response]).findings
        (finding,) = [item for item in findings if item.requirement == f"error.{row.code}.message"]
        assert (finding.grade, finding.message, finding.where) == (grade, f"{row.code}: {words}", "/Message")
        assert (finding.expected, finding.actual) == ((row.message,), message)
