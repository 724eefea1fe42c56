"""Properties of all requests: a signature is valid for its request, and for no other."""

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


BOTH_VERSIONS = pytest.mark.parametrize("sign", [sign_v3, sign_v2])


def make_request(query: Pairs, body: bytes, tag: str) -> WireRequest:
    headers = (
        ("Host", "localhost:8080"),
        ("X-Acs-Action", "SearchImageByName"),
        ("x-acs-tag", tag),
        ("Content-Type", "application/x-www-form-urlencoded"),
    )
    return WireRequest("POST", "/", headers, body).with_query(encode_form(query))


def names() -> st.SearchStrategy[str]:
    """Generate names other than those that V2 adds."""
    return st.text(min_size=1).filter(lambda name: name not in V2_NAMES)


V2_NAMES = frozenset({*(name for name, _ in parameters(sign_v2(WireRequest("POST", "/")))), "SecurityToken"})
PAIRS = st.lists(st.tuples(names(), st.text()), max_size=5).map(tuple)
BODIES = PAIRS.map(lambda pairs: encode_form(pairs).encode())
REQUESTS = st.builds(make_request, PAIRS, BODIES, HEADER_VALUES)


def is_valid(request: WireRequest, secret: str = KEY.access_key_secret) -> bool:
    signature = parse_signature(request)
    assert isinstance(signature, SignatureParts)
    return verify_signature(signature, request, secret)


@BOTH_VERSIONS
@given(request_=REQUESTS)
def test_a_signature_is_valid_for_its_request(sign: Sign, request_: WireRequest) -> None:
    signed = sign(request_)
    signature = parse_signature(signed)
    assert isinstance(signature, SignatureParts)
    assert unsigned_headers(signature, signed) == ()
    assert is_valid(signed)


@given(query=PAIRS, body=st.binary(), tag=HEADER_VALUES)
def test_v3_signs_any_bytes(query: Pairs, body: bytes, tag: str) -> None:
    assert is_valid(sign_v3(make_request(query, body, tag)))


@given(body=st.binary(min_size=1), position=st.integers(min_value=0), mask=st.integers(1, 255))
def test_v3_detects_a_changed_byte_of_the_body(body: bytes, position: int, mask: int) -> None:
    signed = sign_v3(make_request((), body, ""))
    assert not is_valid(evolve(signed, body=flip_bits(body, position, mask)))


@given(body=BODIES.filter(bool), position=st.integers(min_value=0), mask=st.integers(1, 255))
def test_v2_detects_a_changed_parameter_of_the_body(body: bytes, position: int, mask: int) -> None:
    signed = sign_v2(make_request((), body, ""))
    tampered = evolve(signed, body=flip_bits(body, position, mask))
    assume(canonical_query(parameters(tampered)) != canonical_query(parameters(signed)))
    assert not is_valid(tampered)


@BOTH_VERSIONS
@given(query=PAIRS, name=names(), value=st.text(), other=st.text())
def test_a_changed_value_of_the_query_is_detected(sign: Sign, query: Pairs, name: str, value: str, other: str) -> None:
    assume(value != other)
    signed = sign(make_request((*query, (name, value)), b"", ""))
    original, changed = encode_form(((name, value),)), encode_form(((name, other),))
    pieces = signed.query.split("&")
    pieces[len(query)] = changed
    assert signed.query.split("&")[len(query)] == original
    assert not is_valid(signed.with_query("&".join(pieces)))


@given(tag=HEADER_VALUES, other=HEADER_VALUES)
def test_a_changed_signed_header_is_detected(tag: str, other: str) -> None:
    assume(tag.strip(" ") != other.strip(" "))
    assert not is_valid(sign_v3(make_request((), b"", tag)).with_headers(("X-ACS-TAG", other)))


@BOTH_VERSIONS
@given(request_=REQUESTS, position=st.integers(0, len(KEY.access_key_secret) - 1), mask=st.integers(1, 127))
def test_another_secret_is_invalid(sign: Sign, request_: WireRequest, position: int, mask: int) -> None:
    secret = flip_bits(KEY.access_key_secret.encode(), position, mask).decode()
    assert not is_valid(sign(request_), secret)


@BOTH_VERSIONS
@given(request_=REQUESTS)
def test_another_encoding_of_the_same_query_verifies(sign: Sign, request_: WireRequest) -> None:
    signed = sign(request_)
    respelled = signed.query.replace("+", "%20").replace("%3A", ":").replace("%2F", "/")
    assert is_valid(signed.with_query(respelled))


def flip_bits(data: bytes, position: int, mask: int) -> bytes:
    """Flip bits of one byte."""
    place = position % len(data)
    return data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]
