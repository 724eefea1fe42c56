"""Error replies: envelope, status, code and message, each found under its own requirement."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.contract.error_table import ErrorTable
from imagesearch_conformance.model.expectation import Grade


@pytest.fixture
def refusal(contract):
    """An error reply for a code, right in every part."""

    def make(code, **changes):
        row = contract.errors.find(code)
        whole = {"Code": code, "Message": row.message, "RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"} | changes
        return {name: value for name, value in whole.items() if value is not ...}

    return make


@pytest.mark.parametrize("code", ["OverflowMaxReturnNum", "InvalidNumParameter", "BadRequest"])
def test_each_documented_code_for_the_violation_is_right(found, refusing, refusal, code):
    assert found(refusal(code), 400, refusing) == set()


def test_a_gateway_code_is_tolerated_and_said(contract, target, exchange, refusing, refusal):
    judged = judge(contract, target, refusing, [exchange(refusing, refusal("InvalidNum"), 400)])
    (only,) = judged.findings
    assert (only.requirement, only.grade) == ("num.maximum", Grade.TOLERATED)


@pytest.mark.parametrize("code", ["InvalidCategory", "InternalOssError"])
def test_a_code_of_another_cause_is_wrong(contract, found, refusing, refusal, code):
    status = contract.errors.find(code).status
    assert found(refusal(code), status, refusing) == {("num.maximum", "status")}


def test_an_unknown_code_is_wrong(found, refusing):
    reply = {"Code": "Oops", "Message": "no", "RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"}
    assert found(reply, 400, refusing) == {("num.maximum", "status")}


def test_success_for_an_invalid_request_is_wrong(found, refusing, sample):
    assert ("num.maximum", "status") in found(sample, 200, refusing)


def test_a_wrong_status_is_the_business_of_the_code_alone(found, refusing, refusal):
    names = {name for name, _ in found(refusal("OverflowMaxReturnNum"), 500, refusing)}
    assert names == {"error.OverflowMaxReturnNum.status"}


def test_an_error_under_the_status_of_success_contradicts_itself_as_well(found, refusing, refusal):
    names = {name for name, _ in found(refusal("OverflowMaxReturnNum"), 200, refusing)}
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
def test_the_envelope(found, refusing, refusal, change, requirement):
    assert {name for name, _ in found(refusal("OverflowMaxReturnNum", **change), 400, refusing)} == {requirement}


def test_another_known_spelling_of_a_message_is_tolerated(contract, target, exchange, refusing, refusal):
    reply = refusal("InvalidNumParameter", Message=contract.errors.find("InvalidNumParameter").tolerated_messages[0])
    (only,) = judge(contract, target, refusing, [exchange(refusing, reply, 400)]).findings
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
def test_the_inside_of_a_server_in_a_message(found, refusing, refusal, message):
    names = {name for name, _ in found(refusal("InvalidNum", Message=message), 400, refusing)}
    assert "error.leak" in names


@pytest.mark.parametrize("message", ["int_attr/str_attr is wrong", "see https://example.com/errors/a", "at most 100"])
def test_ordinary_messages_leak_nothing(found, refusing, refusal, message):
    names = {name for name, _ in found(refusal("InvalidNum", Message=message), 400, refusing)}
    assert "error.leak" not in names


def test_a_valid_request_must_not_be_refused(found, refusal):
    assert found(refusal("BadRequest"), 400) == {("request.minimal", "status")}


@pytest.fixture
def only(contract, target, shop, exchange):
    """The one finding of the requirement that a reply to a valid request departs from."""

    def look(reply, status, case=None):
        asked = case or shop.success_case("request.minimal/first", "minimal", shop.request())
        findings = judge(contract, target, asked, [exchange(asked, reply, status)]).findings
        (one,) = [one for one in findings if one.requirement in asked.requirements]
        return one

    return look


def test_a_finding_says_what_came_where_and_what_is_accepted(only, refusing, refusal, sample):
    unreadable = only(b"<html>", 500)
    assert (unreadable.actual, unreadable.where) == (500, "status")
    assert unreadable.message == "got status 500 and no readable body"
    nameless = only({"Message": "no", "RequestId": "x"}, 400)
    assert (nameless.actual, nameless.where) == ("an error without a code", "status")
    assert nameless.message == "got an error without a code, expected success"
    refused = only({"Code": "Oops", "Message": "no", "RequestId": "x"}, 400)
    assert (refused.actual, refused.where, refused.expected) == ("400 Oops", "status", ("200 success (documented)",))
    assert refused.message == "got 400 Oops, expected success"
    succeeded = only(sample, 200, refusing)
    assert succeeded.message == "got success, expected an error"
    assert set(succeeded.expected) == {str(one) for one in refusing.expectation.acceptances}
    tolerated = only(refusal("InvalidNum"), 400, refusing)
    assert (tolerated.actual, tolerated.where) == ("400 InvalidNum", "/Code")
    assert tolerated.message == "400 InvalidNum is tolerated, but not documented for this request"
    assert set(tolerated.expected) == {str(one) for one in refusing.expectation.acceptances}


def test_a_further_status_of_a_documented_code_is_tolerated(contract, target, exchange, shop, refusal):
    row = evolve(contract.errors.find("InvalidInstance"), tolerated_statuses=(418,))
    further = evolve(contract, errors=ErrorTable.from_rows([row], []))
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    for status, grade in ((418, Grade.TOLERATED), (599, Grade.DOCUMENTED)):
        findings = judge(further, target, case, [exchange(case, refusal(row.code), status)]).findings
        (one,) = [one for one in findings if one.requirement == f"error.{row.code}.status"]
        assert (one.grade, one.expected, one.actual, one.where) == (grade, (str(row.status),), status, "status")


def test_how_a_message_differs_is_said(contract, target, exchange, shop, refusal):
    row = next(one for one in contract.errors.documented_rows if one.tolerated_messages)
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    said = ((row.tolerated_messages[0], Grade.TOLERATED, "another known spelling of the message"),)
    for message, grade, words in (*said, ("Other.", Grade.DOCUMENTED, "the message differs from the documentation")):
        reply = exchange(case, refusal(row.code, Message=message), row.status)
        findings = judge(contract, target, case, [reply]).findings
        (one,) = [one for one in findings if one.requirement == f"error.{row.code}.message"]
        assert (one.grade, one.message, one.where) == (grade, f"{row.code}: {words}", "/Message")
        assert (one.expected, one.actual) == ((row.message,), message)
