"""Parsing of responses and requests."""

import json

import pytest

from imagesearch_conformance.checks.parsed_request import is_integer_text, parse_integer_text, parse_request
from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_integer, parse_response
from imagesearch_conformance.model.wire import WireRequest, WireResponse


def parse_body(document, status=200):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_response(WireResponse(status, (), body), 200)


@pytest.mark.parametrize(
    ("document", "something"),
    [
        ({}, False),
        ({"Auctions": []}, False),
        ({"Auctions": [7]}, False),
        ({"Auctions": [{}]}, True),
        ({"Auctions": {"0": {}}}, False),
        ({"Head": {"DocsFound": 0, "DocsReturn": 0}}, False),
        ({"Head": {"DocsFound": 1, "DocsReturn": 0}}, True),
        ({"Head": {"DocsFound": 0, "DocsReturn": 1.0}}, True),
        ({"Head": {"DocsFound": "1"}}, False),
        ({"Head": [1]}, False),
        ({"Auctions": [], "Head": {"DocsReturn": 2}}, True),
    ],
)
def test_has_matches(document, something):
    assert parse_body(document).has_matches is something


@pytest.mark.parametrize(
    ("document", "status", "nothing"),
    [
        ({"Auctions": []}, 200, True),
        ({"Auctions": [], "Head": {"DocsFound": None}}, 200, True),
        ({"Auctions": [], "Head": {"DocsFound": 1}}, 200, False),
        ({"Auctions": [7]}, 200, False),
        ({"Auctions": [{}]}, 200, False),
        ({"Auctions": None, "Head": {"DocsFound": 0}}, 200, True),
        ({"Head": {"DocsReturn": 0}}, 200, True),
        ({"Head": {"DocsFound": 0, "DocsReturn": 3}}, 200, False),
        ({"Head": {"DocsFound": "0"}}, 200, False),
        ({}, 200, False),
        ({"Code": "Broken", "Auctions": []}, 200, False),
        ({"Auctions": []}, 500, True),
    ],
)
def test_is_empty_success(document, status, nothing):
    assert parse_body(document, status).is_empty_success is nothing


@pytest.mark.parametrize(
    ("code", "shown"), [("Throttling", "Throttling"), ("", None), (None, None), (7, None), (..., None)]
)
def test_an_error_code_is_a_text_that_is_not_empty(code, shown):
    assert parse_body({} if code is ... else {"Code": code}).error_code == shown


@pytest.mark.parametrize(
    ("document", "status", "kind"),
    [
        ({}, 200, ResponseKind.SUCCESS),
        ({}, 201, ResponseKind.ERROR),
        ({"Code": 0}, 200, ResponseKind.SUCCESS),
        ({"Code": "0"}, 200, ResponseKind.SUCCESS),
        ({"Code": "200"}, 400, ResponseKind.ERROR),
        ({"Code": "Broken"}, 200, ResponseKind.ERROR),
        ({"Code": "Broken", "Auctions": []}, 200, ResponseKind.ERROR),
        ({"Code": "", "Auctions": []}, 500, ResponseKind.SUCCESS),
        ({"Head": {}}, 500, ResponseKind.SUCCESS),
        ({"Message": "none"}, 500, ResponseKind.ERROR),
        ([], 200, ResponseKind.UNREADABLE),
    ],
)
def test_kinds_of_responses(document, status, kind):
    assert parse_body(document, status).kind is kind


UNREADABLE = "the body is not JSON: Expecting value: line 1 column 1 (char 0)"


@pytest.mark.parametrize(
    ("body", "flaws"),
    [
        (b" \t\r\n{} \t\r\n", ()),
        (b"\xef\xbb\xbf{}", ("the body begins with a byte order mark",)),
        (b'{"a": "\xff"}', ("the body is not UTF-8 from byte 7 on",)),
        (
            b'\xef\xbb\xbf{"a": "\xff"}',
            ("the body begins with a byte order mark", "the body is not UTF-8 from byte 7 on"),
        ),
        (b"\xff", ("the body is not UTF-8 from byte 0 on", UNREADABLE, "the body is not a JSON object")),
        (b"{} \x0b", ("unexpected text after the JSON value, from character 2 on",)),
        (b"{} X", ("unexpected text after the JSON value, from character 2 on",)),
        (b" {} x", ("unexpected text after the JSON value, from character 3 on",)),
        (b'{"a": Infinity}', ("Infinity is not a JSON value",)),
        (b'{"b": 1, "a": 1, "a": 2}', ("the name 'a' occurs twice in one object",)),
        (b"[1]", ("the body is not a JSON object",)),
        (b"\x0b{}", (UNREADABLE, "the body is not a JSON object")),
        (b"[" * 100_000, ("the body is nested too deeply", "the body is not a JSON object")),
    ],
)
def test_json_errors(body, flaws):
    assert parse_body(body).json_errors == flaws


@pytest.mark.parametrize(
    ("body", "decoded"), [(b"{}", True), (b"\xef\xbb\xbf{}", True), (b'{"a": "\xff"}', False), (b"\xff", False)]
)
def test_is_utf8(body, decoded):
    assert parse_body(body).is_utf8 is decoded


def test_a_damaged_body_is_parsed_as_far_as_possible():
    assert parse_body(b'\xef\xbb\xbf{"a": "\xff", "b": NaN, "b": [1]}').document == {"a": "\ufffd", "b": [1]}


def test_values_under_names():
    found = parse_body({"Head": {"DocsFound": 3, "Deep": [1]}})
    assert found.value_at("Head", "DocsFound") == 3
    assert found.value_at("Head") == {"DocsFound": 3, "Deep": [1]}
    assert found.value_at("Head", "None") is None
    assert found.value_at("Head", "Deep", "None") is None
    assert found.value_at("None", "DocsFound") is None


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3), (3.0, 3), (-1, -1), (0, 0), (3.5, None), (True, None), ("3", None), (None, None)]
)
def test_whole_numbers(value, number):
    assert parse_integer(value) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("-7", -7), ("007", 7), ("-0", 0), ("0", 0), ("-070", -70), ("1" * 2000, int("1" * 1000))],
)
def test_plain_integers(text, number):
    assert is_integer_text(text)
    assert parse_integer_text(text) == number


@pytest.mark.parametrize("text", ["", "-", "+7", "7-", "--7", " 7", "7.0", "\u0667", "\u00b2", "x"])
def test_ambiguous_integers(text):
    assert not is_integer_text(text)


def parse_sent(contract, target, body=b"", content_type=None, *headers):
    given = headers if content_type is None else (("Content-Type", content_type), *headers)
    return parse_request(contract, WireRequest("POST", target, given, body))


def test_parameters_are_those_of_the_query_and_then_of_a_form(contract):
    form = contract.protocol.media_type
    asked = parse_sent(contract, "/?Num=1&Empty=&Num=2", b"Start=%FF+x&Num=3", f"  {form.upper()} ; charset=utf-8")
    assert asked.parameters == (("Num", "1"), ("Empty", ""), ("Num", "2"), ("Start", "\ufffd x"), ("Num", "3"))
    assert (asked.value("Num"), asked.value("Empty"), asked.value("None")) == ("1", "", None)
    assert (asked.has_exactly_one("Num"), asked.has_exactly_one("Start"), asked.has_exactly_one("None")) == (
        False,
        True,
        False,
    )
    assert (asked.integer("Num"), asked.integer("Start"), asked.integer("None")) == (1, None, None)


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
def test_a_body_that_is_not_a_form_has_no_parameters(contract, content_type):
    assert parse_sent(contract, "/?Num=1", b"Num=2", content_type).parameters == (("Num", "1"),)


def test_bytes_that_are_not_utf8_are_replaced(contract):
    asked = parse_sent(contract, "/", b"Name=\xff", contract.protocol.media_type)
    assert asked.parameters == (("Name", "\ufffd"),)


def test_operation_and_version_come_from_headers_before_the_query(contract):
    by_header = next(style for style in contract.protocol.call_styles.values() if style.in_header)
    by_query = next(style for style in contract.protocol.call_styles.values() if not style.in_header)
    query = f"/?{by_query.action}=InQuery&{by_query.version}=1"
    plain = parse_sent(contract, query)
    assert (plain.action, plain.version) == ("InQuery", "1")
    both = parse_sent(contract, query, b"", None, (by_header.action, "InHeader"), (by_header.version, ""))
    assert (both.action, both.version) == ("InHeader", "")
    none = parse_sent(contract, "/", f"{by_query.action}=InBody".encode(), contract.protocol.media_type)
    assert (none.action, none.version) == (None, None)
