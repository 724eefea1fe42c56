"""Bodies that are no proper JSON object, and what can still be said of them."""

import json

import pytest

from imagesearch_conformance.checks.reading import Kind, read
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.wire import WireReply


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
    reply = WireReply(200, (), b'{"Code": ' + b"9" * 5000 + b"}")
    reading = read(reply, 200)
    assert reading.kind is Kind.UNREADABLE
    assert reading.flaws


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
    reading = read(WireReply(200, (), f'{{{names}, "n7": 2}}'.encode()), 200)
    assert reading.flaws == ("the name 'n7' stands twice in one object",)


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
    assert read(WireReply(200, (), body), 200).garbled is garbled


def test_no_filter_is_judged_by_texts_that_could_not_be_decoded(records):
    failed = {one.requirement.id for one in records("body-as-latin").requirements if one.outcome is Outcome.FAILED}
    assert failed == {"wire.json", "wire.nonascii"}
