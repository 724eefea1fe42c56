"""Bodies that are not valid JSON objects, and what is judged of them nevertheless."""

import json

import pytest

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.wire import WireResponse


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body + b"}",
        lambda body: body + b" null",
        lambda body: body.replace(b'"Msg"', b'"Code": 0, "Msg"', 1),
        lambda body: body.replace(b"155", b"NaN", 1).replace(b'"SearchTime": NaN', b'"SearchTime": 1, "x": NaN'),
        lambda body: body.replace(b"Tops", b"\xff\xfe", 1),
    ],
    ids=["byte order mark", "trailing brace", "second value", "name twice", "NaN", "not UTF-8"],
)
def test_a_readable_body_with_an_error_is_judged_further(locate_findings, sample, spoil):
    names = {name for name, _ in locate_findings(spoil(json.dumps(sample).encode()))}
    assert names == {"wire.json"}


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[]", b"null", b'"text"', b'{"Msg": ', b"[" * 100_000])
def test_an_unreadable_body_fails(locate_findings, body):
    assert {name for name, _ in locate_findings(body)} == {"wire.json"}


def test_an_unacceptable_status_fails_without_a_readable_body(locate_findings):
    assert {name for name, _ in locate_findings(b"<html>", 500)} == {"wire.json", "request.minimal"}


def test_an_integer_of_many_digits_is_unreadable():
    response = WireResponse(200, (), b'{"Code": ' + b"9" * 5000 + b"}")
    reading = parse_response(response, 200)
    assert reading.kind is ResponseKind.UNREADABLE
    assert reading.json_errors


@pytest.mark.parametrize(
    ("declared", "fine"),
    [
        ("application/json", True),
        ("application/json;charset=UTF-8", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/problem+json", True),
        ("text/html", False),
        ("text/plain; application/json", False),
    ],
)
def test_the_content_type_is_json(locate_findings, sample, declared, fine):
    names = {name for name, _ in locate_findings(sample, headers=(("content-type", declared),))}
    assert names == (set() if fine else {"wire.contenttype"})


def test_a_missing_content_type_fails(locate_findings, sample):
    assert {name for name, _ in locate_findings(sample, headers=())} == {"wire.contenttype"}


def test_an_object_with_many_names_is_parsed_in_linear_time():
    names = ",".join(f'"n{number}": 1' for number in range(50_000))
    reading = parse_response(WireResponse(200, (), f'{{{names}, "n7": 2}}'.encode()), 200)
    assert reading.json_errors == ("the name 'n7' occurs twice in one object",)


@pytest.mark.parametrize(
    ("body", "garbled"),
    [
        ('{"Auctions": [{"StrAttr": "é"}]}'.encode("latin-1"), True),
        ('{"Msg": "é", "Auctions": [{"StrAttr": "e"}]}'.encode("latin-1"), False),
        ('{"Auctions": [{"StrAttr": "\ufffd"}]}'.encode(), False),
    ],
    ids=["in an entry", "elsewhere", "as it was sent"],
)
def test_garbled_entries_are_recognized(body, garbled):
    assert parse_response(WireResponse(200, (), body), 200).has_garbled_entries is garbled


@pytest.fixture
def find_finding(contract, target, builder, build_exchange):
    """Return the finding of a requirement; True if it passed, None if it was not exercised."""

    def find(requirement, response, status=200, **more):
        case = builder.success_case("request.minimal/first", "minimal", builder.request())
        judgement = judge(contract, target, case, [build_exchange(case, response, status, **more)])
        held = True if requirement in judgement.exercised else None
        return next((finding for finding in judgement.findings if finding.requirement == requirement), held)

    return find


CONSISTENT = "response.success.consistent"
NO_JSON = b"<html>\xff" + b"x" * 300


@pytest.mark.parametrize(
    "declared", ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"]
)
def test_json_declared_as_json_passes(find_finding, sample, declared):
    headers = (("Content-Type", declared),)
    assert find_finding("wire.json", sample, headers=headers) is True
    assert find_finding("wire.contenttype", sample, headers=headers) is True


def test_the_finding_shows_a_body_that_is_not_json(find_finding):
    """Reports clip it after redaction."""
    assert find_finding(CONSISTENT, NO_JSON) is None
    found = find_finding("wire.json", NO_JSON)
    assert (found.where, found.expected) == ("", ("one JSON object in UTF-8",))
    assert found.actual == "<html>\ufffd" + "x" * 300
    parts = found.message.split("; ")
    assert parts[0] == "the body is not UTF-8 from byte 6 on"
    assert parts[-1] == "the body is not a JSON object"


@pytest.mark.parametrize("declared", ["text/html", None])
def test_the_finding_shows_the_content_type(find_finding, sample, declared):
    headers = () if declared is None else (("Content-Type", declared),)
    found = find_finding("wire.contenttype", sample, headers=headers)
    assert (found.where, found.expected, found.actual) == (
        "header:content-type",
        ("application/json",),
        declared,
    )
    assert str(declared) in found.message or declared is None
    assert "None" not in found.message


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({"Success": True, "Code": 0}, 200),
        ({"Success": True, "Code": 0.0}, 200),
        ({"Success": True}, 200),
        ({"Code": 0}, 200),
        ({}, 200),
        ({"Success": False, "Code": "InternalError"}, 500),
        ({"Success": False, "Code": 7}, 500),
        ({"Success": False}, 500),
        ({"Code": "InternalError"}, 500),
        ({}, 500),
    ],
)
def test_consistent_status_success_and_code_pass(find_finding, says, status):
    assert find_finding(CONSISTENT, says, status) is True


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({"Success": True, "Code": 0}, 500),
        ({"Success": True, "Code": 7}, 200),
        ({"Success": False, "Code": 0}, 200),
        ({"Success": False, "Code": 7}, 200),
        ({"Success": True}, 500),
        ({"Success": False}, 200),
        ({"Code": 0}, 500),
        ({"Code": "InternalError"}, 200),
        ({"Code": False}, 200),
    ],
)
def test_the_finding_shows_contradicting_values(find_finding, says, status):
    found = find_finding(CONSISTENT, says | {"Message": "of neither mind"}, status)
    assert (found.where, found.expected, found.actual) == ("", (), {"status": status, **says})


def test_filters_are_not_judged_by_undecodable_texts(records):
    failed = {
        requirement.requirement.id
        for requirement in records("body-as-latin").requirements
        if requirement.outcome is Outcome.FAILED
    }
    assert failed == {"wire.json", "wire.nonascii"}
