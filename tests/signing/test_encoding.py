"""Percent-encoding and form data."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import (
    Pairs,
    canonical_query,
    encode_form,
    parameters,
    parse_form,
    percent_encode,
    to_bytes,
    to_text,
)

PAIRS = st.lists(st.tuples(st.text(), st.text())).map(tuple)


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("AZaz09-_.~", "AZaz09-_.~"),
        (" ", "%20"),
        ("*", "%2A"),
        ("/:+&=%", "%2F%3A%2B%26%3D%25"),
        ("图é", "%E5%9B%BE%C3%A9"),
        ("\x00\x7f", "%00%7F"),
        ("\udcff", "%FF"),
    ],
)
def test_percent_encoding(text: str, encoded: str) -> None:
    assert percent_encode(text) == encoded


@given(st.text())
def test_percent_encoding_agrees_with_the_standard_library(text: str) -> None:
    assert percent_encode(text) == quote(text, safe="-_.~")


@given(PAIRS)
def test_form_data_survives_a_round_trip(pairs: Pairs) -> None:
    assert parse_form(encode_form(pairs)) == pairs


@given(PAIRS)
def test_a_canonical_query_has_the_same_parameters_sorted(pairs: Pairs) -> None:
    assert parse_form(canonical_query(pairs)) == tuple(sorted(pairs))


@given(st.binary())
def test_any_bytes_become_text_and_the_same_bytes_again(raw: bytes) -> None:
    assert to_bytes(to_text(raw)) == raw


@given(st.binary())
def test_any_body_can_be_parsed_and_encoded_again(raw: bytes) -> None:
    pairs = parse_form(raw)
    assert parse_form(encode_form(pairs)) == pairs


@given(st.binary())
def test_a_value_preserves_any_bytes(raw: bytes) -> None:
    encoded = b"a=" + quote(raw, safe="").encode()
    ((_, value),) = parse_form(encoded)
    assert to_bytes(value) == raw


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        ("", ()),
        ("&&", ()),
        ("a", (("a", ""),)),
        ("a=", (("a", ""),)),
        ("=b", (("", "b"),)),
        ("a=b=c", (("a", "b=c"),)),
        ("b=2&a=1&b=1&b=2", (("b", "2"), ("a", "1"), ("b", "1"), ("b", "2"))),
        ("a+b=c+d%20e%2B", (("a b", "c d e+"),)),
        ("a=:/?é", (("a", ":/?é"),)),
        ("a=%zz%4&b;c", (("a", "%zz%4"), ("b;c", ""))),
        (b"a=%FF&b=\xff", (("a", "\udcff"), ("b", "\udcff"))),
    ],
)
def test_parsing(raw: str | bytes, pairs: Pairs) -> None:
    assert parse_form(raw) == pairs


def test_form_data_is_encoded_as_sdks_do() -> None:
    assert encode_form((("Filter", 'a>=1 AND b!="c~*"'), ("Empty", ""))) == (
        "Filter=a%3E%3D1+AND+b%21%3D%22c~%2A%22&Empty="
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((("Content-Type", "Application/X-WWW-Form-URLencoded ; charset=utf-8"),), (("q", "1"), ("b", "2"))),
        ((("content-type", "application/json"),), (("q", "1"),)),
        ((), (("q", "1"),)),
    ],
)
def test_parameters_come_from_the_query_and_then_a_form_body(
    headers: tuple[tuple[str, str], ...], expected: Pairs
) -> None:
    assert parameters(WireRequest("POST", "/?q=1", headers, b"b=2")) == expected
