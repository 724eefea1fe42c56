"""What holds for any request: a signature fits its request, and no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.encoding import Pairs, canonical_query, encode_form, parameters
from imagesearch_conformance.signing.parse import SignatureParts, parse_signature
from imagesearch_conformance.signing.verify import unsigned_headers, verify_signature

Sign = Callable[[WireRequest], WireRequest]

KEY = Credentials("testid", "testsecret")
DATE = "2016-02-23T12:46:24Z"
NONCE = "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"

HEADER_VALUES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]))


def sign_v3(request: WireRequest) -> WireRequest:
    return v3.sign(request, KEY, date=DATE, nonce=NONCE)


def sign_v2(request: WireRequest) -> WireRequest:
    return v2.sign(request, KEY, date=DATE, nonce=NONCE)


BOTH = pytest.mark.parametrize("sign", [sign_v3, sign_v2])


def request_of(query: Pairs, body: bytes, tag: str) -> WireRequest:
    headers = (
        ("Host", "localhost:8080"),
        ("X-Acs-Action", "SearchImageByName"),
        ("x-acs-tag", tag),
        ("Content-Type", "application/x-www-form-urlencoded"),
    )
    return WireRequest("POST", "/", headers, body).with_query(encode_form(query))


def names() -> st.SearchStrategy[str]:
    """Names that do not collide with those that V2 adds."""
    return st.text(min_size=1).filter(lambda name: name not in OWN_NAMES)


OWN_NAMES = frozenset({*(name for name, _ in parameters(sign_v2(WireRequest("POST", "/")))), "SecurityToken"})
PAIRS = st.lists(st.tuples(names(), st.text()), max_size=5).map(tuple)
BODIES = PAIRS.map(lambda pairs: encode_form(pairs).encode())
REQUESTS = st.builds(request_of, PAIRS, BODIES, HEADER_VALUES)


def fits(request: WireRequest, secret: str = KEY.access_key_secret) -> bool:
    presented = parse_signature(request)
    assert isinstance(presented, SignatureParts)
    return verify_signature(presented, request, secret)


@BOTH
@given(request_=REQUESTS)
def test_a_signature_fits_its_request(sign: Sign, request_: WireRequest) -> None:
    signed = sign(request_)
    presented = parse_signature(signed)
    assert isinstance(presented, SignatureParts)
    assert unsigned_headers(presented, signed) == ()
    assert fits(signed)


@given(query=PAIRS, body=st.binary(), tag=HEADER_VALUES)
def test_v3_signs_any_bytes(query: Pairs, body: bytes, tag: str) -> None:
    assert fits(sign_v3(request_of(query, body, tag)))


@given(body=st.binary(min_size=1), position=st.integers(min_value=0), mask=st.integers(1, 255))
def test_no_byte_of_the_body_can_change_under_v3(body: bytes, position: int, mask: int) -> None:
    signed = sign_v3(request_of((), body, ""))
    assert not fits(evolve(signed, body=flipped(body, position, mask)))


@given(body=BODIES.filter(bool), position=st.integers(min_value=0), mask=st.integers(1, 255))
def test_no_parameter_of_the_body_can_change_under_v2(body: bytes, position: int, mask: int) -> None:
    signed = sign_v2(request_of((), body, ""))
    tampered = evolve(signed, body=flipped(body, position, mask))
    assume(canonical_query(parameters(tampered)) != canonical_query(parameters(signed)))
    assert not fits(tampered)


@BOTH
@given(query=PAIRS, name=names(), value=st.text(), other=st.text())
def test_no_value_of_the_query_can_change(sign: Sign, query: Pairs, name: str, value: str, other: str) -> None:
    assume(value != other)
    signed = sign(request_of((*query, (name, value)), b"", ""))
    original, changed = encode_form(((name, value),)), encode_form(((name, other),))
    pieces = signed.query.split("&")
    pieces[len(query)] = changed
    assert signed.query.split("&")[len(query)] == original
    assert not fits(signed.with_query("&".join(pieces)))


@given(tag=HEADER_VALUES, other=HEADER_VALUES)
def test_no_signed_header_can_change(tag: str, other: str) -> None:
    assume(tag.strip(" ") != other.strip(" "))
    assert not fits(sign_v3(request_of((), b"", tag)).with_headers(("X-ACS-TAG", other)))


@BOTH
@given(request_=REQUESTS, position=st.integers(0, len(KEY.access_key_secret) - 1), mask=st.integers(1, 127))
def test_no_other_secret_fits(sign: Sign, request_: WireRequest, position: int, mask: int) -> None:
    secret = flipped(KEY.access_key_secret.encode(), position, mask).decode()
    assert not fits(sign(request_), secret)


@BOTH
@given(request_=REQUESTS)
def test_another_spelling_of_the_same_query_verifies(sign: Sign, request_: WireRequest) -> None:
    signed = sign(request_)
    respelled = signed.query.replace("+", "%20").replace("%3A", ":").replace("%2F", "/")
    assert fits(signed.with_query(respelled))


def flipped(octets: bytes, position: int, mask: int) -> bytes:
    """The bytes with some bits of one of them turned over."""
    place = position % len(octets)
    return octets[:place] + bytes([octets[place] ^ mask]) + octets[place + 1 :]
