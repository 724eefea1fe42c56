"""Parsing of signatures: complete, incomplete and none."""

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
    parameters = tuple(pair for pair in parse_form(SIGNED_V2.query) if pair[0] != name)
    return SIGNED_V2.with_query(encode_form(parameters))


def test_a_request_without_any_part_is_unsigned() -> None:
    assert parse_signature(BARE) == Unsigned()


def test_a_complete_v3_signature() -> None:
    signature = parse_signature(SIGNED_V3)
    assert isinstance(signature, SignatureParts)
    assert (signature.scheme, signature.algorithm) == (SignatureScheme.V3, "ACS3-HMAC-SHA256")
    assert (signature.access_key_id, signature.date, signature.nonce) == ("testid", DATE, NONCE)
    assert signature.signed_headers == (
        "host",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-security-token",
        "x-acs-signature-nonce",
        "x-acs-version",
    )
    assert signature.is_supported


def test_a_complete_v2_signature() -> None:
    signature = parse_signature(SIGNED_V2)
    assert isinstance(signature, SignatureParts)
    assert (signature.scheme, signature.algorithm, signature.version) == (SignatureScheme.V2, "HMAC-SHA1", "1.0")
    assert (signature.access_key_id, signature.date, signature.nonce) == ("testid", DATE, NONCE)
    assert signature.signed_headers == ()
    assert signature.is_supported


@pytest.mark.parametrize("signed", [SIGNED_V3, SIGNED_V2])
def test_the_repr_has_no_secrets(signed: WireRequest) -> None:
    signature = parse_signature(signed)
    assert isinstance(signature, SignatureParts)
    assert signature.security_token == "token"
    assert "token" not in repr(signature).replace("security-token", "")
    assert signature.signature not in repr(signature)
    assert "testid" in repr(signature)


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
def test_a_malformed_authorization_header(value: str, missing: tuple[str, ...]) -> None:
    signature = parse_signature(with_authorization(value))
    assert signature == IncompleteSignature(SignatureScheme.V3, missing)
    assert signature.has_malformed_header


@pytest.mark.parametrize("name", [v3.DATE, v3.NONCE, v3.CONTENT_SHA256])
def test_a_blank_header_is_missing(name: str) -> None:
    signature = parse_signature(SIGNED_V3.with_headers((name, " ")))
    assert signature == IncompleteSignature(SignatureScheme.V3, (name,))
    assert not signature.has_malformed_header


@pytest.mark.parametrize(
    "name", ["AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp", "Signature"]
)
def test_an_omitted_v2_parameter_is_missing(name: str) -> None:
    signature = parse_signature(without_parameter(name))
    assert signature == IncompleteSignature(SignatureScheme.V2, (name,))
    assert not signature.has_malformed_header


def test_another_acs3_algorithm_is_parsed_but_not_supported() -> None:
    signature = parse_signature(with_authorization("ACS3-RSA-SHA256 Credential=a,SignedHeaders=host,Signature=b"))
    assert isinstance(signature, SignatureParts)
    assert not signature.is_supported


def test_a_v3_authorization_header_takes_precedence_over_v2_parameters() -> None:
    both = SIGNED_V2.with_headers(*SIGNED_V3.headers)
    signature = parse_signature(both)
    assert isinstance(signature, SignatureParts)
    assert signature.scheme is SignatureScheme.V3


def test_another_authorization_header_does_not_hide_a_v2_signature() -> None:
    signature = parse_signature(SIGNED_V2.with_headers(("authorization", "Basic abc")))
    assert isinstance(signature, SignatureParts)
    assert signature.scheme is SignatureScheme.V2


def test_the_first_of_repeated_parameters_counts() -> None:
    signature = parse_signature(SIGNED_V2.with_query(f"{SIGNED_V2.query}&AccessKeyId=another"))
    assert isinstance(signature, SignatureParts)
    assert signature.access_key_id == "testid"


def test_a_part_may_contain_an_equals_sign() -> None:
    signature = parse_signature(with_authorization("ACS3-HMAC-SHA256 Credential=a=b,SignedHeaders=host,Signature=c="))
    assert isinstance(signature, SignatureParts)
    assert (signature.access_key_id, signature.signature) == ("a=b", "c=")


def test_header_value_trims_only_spaces_and_tabs() -> None:
    nonce = BARE.with_headers((v3.NONCE, "\t \u00a0nonce\u00a0 \t"))
    assert v3.header_value(nonce, v3.NONCE) == "\u00a0nonce\u00a0"
    assert v3.header_value(BARE, v3.NONCE) == ""
