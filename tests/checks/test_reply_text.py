"""Bodies that are no proper JSON object, and what can still be said of them."""

import json

import pytest

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.model.outcome import Outcome
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
def test_a_flaw_that_leaves_the_reply_readable_is_found_and_the_rest_still_judged(found, sample, spoil):
    names = {name for name, _ in found(spoil(json.dumps(sample).encode()))}
    assert names == {"wire.json"}


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[]", b"null", b'"text"', b'{"Msg": ', b"[" * 100_000])
def test_a_body_that_cannot_be_read(found, body):
    assert {name for name, _ in found(body)} == {"wire.json"}


def test_without_a_readable_body_a_status_that_fits_nothing_is_still_wrong(found):
    assert {name for name, _ in found(b"<html>", 500)} == {"wire.json", "request.minimal"}


def test_an_integer_of_many_digits_does_not_stop_the_reading():
    reply = WireResponse(200, (), b'{"Code": ' + b"9" * 5000 + b"}")
    reading = parse_response(reply, 200)
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
def test_the_declared_type(found, sample, declared, fine):
    names = {name for name, _ in found(sample, headers=(("content-type", declared),))}
    assert names == (set() if fine else {"wire.contenttype"})


def test_no_declared_type(found, sample):
    assert {name for name, _ in found(sample, headers=())} == {"wire.contenttype"}


def test_a_reply_of_ten_thousands_of_names_is_read_in_one_pass():
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
def test_texts_of_entries_that_could_not_be_decoded_are_known(body, garbled):
    assert parse_response(WireResponse(200, (), body), 200).has_garbled_entries is garbled


@pytest.fixture
def finding(contract, target, shop, exchange):
    """The finding of this requirement in a reply, True where it held, and None where nothing was said."""

    def look(requirement, reply, status=200, **more):
        case = shop.success_case("request.minimal/first", "minimal", shop.request())
        judgement = judge(contract, target, case, [exchange(case, reply, status, **more)])
        held = True if requirement in judgement.exercised else None
        return next((one for one in judgement.findings if one.requirement == requirement), held)

    return look


CONSISTENT = "response.success.consistent"
NO_JSON = b"<html>\xff" + b"x" * 300


@pytest.mark.parametrize(
    "declared", ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"]
)
def test_a_reply_in_json_that_is_declared_as_such_holds(finding, sample, declared):
    headers = (("Content-Type", declared),)
    assert finding("wire.json", sample, headers=headers) is True
    assert finding("wire.contenttype", sample, headers=headers) is True


def test_what_is_no_json_is_shown(finding):
    """Reports cut it, once secrets are out of it."""
    assert finding(CONSISTENT, NO_JSON) is None
    found = finding("wire.json", NO_JSON)
    assert (found.where, found.expected) == ("", ("one JSON object in UTF-8",))
    assert found.actual == "<html>\ufffd" + "x" * 300
    parts = found.message.split("; ")
    assert parts[0] == "the body is not UTF-8 from byte 6 on"
    assert parts[-1] == "the body is not a JSON object"


@pytest.mark.parametrize("declared", ["text/html", None])
def test_what_a_body_is_declared_as_is_shown(finding, sample, declared):
    headers = () if declared is None else (("Content-Type", declared),)
    found = finding("wire.contenttype", sample, headers=headers)
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
def test_what_says_one_thing_contradicts_nothing(finding, says, status):
    assert finding(CONSISTENT, says, status) is True


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
def test_a_contradiction_shows_what_each_says(finding, says, status):
    found = finding(CONSISTENT, says | {"Message": "of neither mind"}, status)
    assert (found.where, found.expected, found.actual) == ("", (), {"status": status, **says})


def test_no_filter_is_judged_by_texts_that_could_not_be_decoded(records):
    failed = {one.requirement.id for one in records("body-as-latin").requirements if one.outcome is Outcome.FAILED}
    assert failed == {"wire.json", "wire.nonascii"}
