"""What requests present: whole signatures, incomplete ones and none."""

from __future__ import annotations

import pytest

from imagesearch_conformance.model.target import Credentials, SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.encoding import encode_form, parse_form
from imagesearch_conformance.signing.parse import IncompleteSignature, SignatureParts, Unsigned, parse_signature

KEY = Credentials("testid", "testsecret", "token")
DATE = "2016-02-23T12:46:24Z"
NONCE = "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"
BARE = WireRequest("POST", "/?Action=SearchImageByName", (("host", "example.com"), ("x-acs-version", "2020-12-14")))
SIGNED_V3 = v3.sign(BARE, KEY, date=DATE, nonce=NONCE)
SIGNED_V2 = v2.sign(BARE, KEY, date=DATE, nonce=NONCE)
ALL_PARTS = ("Credential", "SignedHeaders", "Signature")


def with_authorization(value: str) -> WireRequest:
    return SIGNED_V3.with_headers(("authorization", value))


def without_parameter(name: str) -> WireRequest:
    kept = tuple(pair for pair in parse_form(SIGNED_V2.query) if pair[0] != name)
    return SIGNED_V2.with_query(encode_form(kept))


def test_a_request_without_any_piece_is_anonymous() -> None:
    assert parse_signature(BARE) == Unsigned()


def test_a_whole_v3_signature() -> None:
    presented = parse_signature(SIGNED_V3)
    assert isinstance(presented, SignatureParts)
    assert (presented.scheme, presented.algorithm) == (SignatureScheme.V3, "ACS3-HMAC-SHA256")
    assert (presented.access_key_id, presented.date, presented.nonce) == ("testid", DATE, NONCE)
    assert presented.signed_headers == (
        "host",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-security-token",
        "x-acs-signature-nonce",
        "x-acs-version",
    )
    assert presented.is_supported


def test_a_whole_v2_signature() -> None:
    presented = parse_signature(SIGNED_V2)
    assert isinstance(presented, SignatureParts)
    assert (presented.scheme, presented.algorithm, presented.version) == (SignatureScheme.V2, "HMAC-SHA1", "1.0")
    assert (presented.access_key_id, presented.date, presented.nonce) == ("testid", DATE, NONCE)
    assert presented.signed_headers == ()
    assert presented.is_supported


@pytest.mark.parametrize("request_", [SIGNED_V3, SIGNED_V2])
def test_secrets_do_not_show(request_: WireRequest) -> None:
    presented = parse_signature(request_)
    assert isinstance(presented, SignatureParts)
    assert presented.security_token == "token"
    assert "token" not in repr(presented).replace("security-token", "")
    assert presented.signature not in repr(presented)
    assert "testid" in repr(presented)


@pytest.mark.parametrize(
    ("value", "missing"),
    [
        ("ACS3-HMAC-SHA256", ALL_PARTS),
        ("ACS3-HMAC-SHA256 nonsense", ALL_PARTS),
        ("ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host", ("Signature",)),
        ("ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=b", ("Credential",)),
        ("ACS3-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b", ("SignedHeaders", "Signature")),
        ("Bearer abc", ALL_PARTS),
    ],
)
def test_an_authorization_header_that_is_malformed(value: str, missing: tuple[str, ...]) -> None:
    presented = parse_signature(with_authorization(value))
    assert presented == IncompleteSignature(SignatureScheme.V3, missing)
    assert presented.has_malformed_header


@pytest.mark.parametrize("name", [v3.DATE, v3.NONCE, v3.CONTENT_SHA256])
def test_a_blank_header_is_missing(name: str) -> None:
    presented = parse_signature(SIGNED_V3.with_headers((name, " ")))
    assert presented == IncompleteSignature(SignatureScheme.V3, (name,))
    assert not presented.has_malformed_header


@pytest.mark.parametrize(
    "name", ["AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp", "Signature"]
)
def test_a_v2_parameter_that_is_left_out_is_missing(name: str) -> None:
    presented = parse_signature(without_parameter(name))
    assert presented == IncompleteSignature(SignatureScheme.V2, (name,))
    assert not presented.has_malformed_header


def test_an_algorithm_of_the_same_family_is_presented_but_not_supported() -> None:
    presented = parse_signature(with_authorization("ACS3-RSA-SHA256 Credential=a,SignedHeaders=host,Signature=b"))
    assert isinstance(presented, SignatureParts)
    assert not presented.is_supported


def test_a_v3_authorization_header_wins_over_v2_parameters() -> None:
    both = SIGNED_V2.with_headers(*SIGNED_V3.headers)
    presented = parse_signature(both)
    assert isinstance(presented, SignatureParts)
    assert presented.scheme is SignatureScheme.V3


def test_another_authorization_header_does_not_hide_a_v2_signature() -> None:
    presented = parse_signature(SIGNED_V2.with_headers(("authorization", "Basic abc")))
    assert isinstance(presented, SignatureParts)
    assert presented.scheme is SignatureScheme.V2


def test_the_first_of_repeated_parameters_counts() -> None:
    presented = parse_signature(SIGNED_V2.with_query(f"{SIGNED_V2.query}&AccessKeyId=another"))
    assert isinstance(presented, SignatureParts)
    assert presented.access_key_id == "testid"


def test_an_equals_sign_belongs_to_the_value_of_its_part() -> None:
    presented = parse_signature(with_authorization("ACS3-HMAC-SHA256 Credential=a=b,SignedHeaders=host,Signature=c="))
    assert isinstance(presented, SignatureParts)
    assert (presented.access_key_id, presented.signature) == ("a=b", "c=")


def test_a_header_is_trimmed_of_blanks_and_tabs_alone_and_empty_where_there_is_none() -> None:
    nonce = BARE.with_headers((v3.NONCE, "\t \u00a0nonce\u00a0 \t"))
    assert v3.header_value(nonce, v3.NONCE) == "\u00a0nonce\u00a0"
    assert v3.header_value(BARE, v3.NONCE) == ""
