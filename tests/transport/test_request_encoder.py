"""Encoding of probes: call styles, identities and tampering."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from attrs import evolve

from imagesearch_conformance.emulator.access_keys import (
    DEFAULT_CREDENTIALS,
    TEMPORARY_CREDENTIALS,
    UNAUTHORIZED_CREDENTIALS,
)
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.case import Authentication, Identity, Location, Probe, Request, Tampering
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.signing.encoding import parse_date
from imagesearch_conformance.signing.parse import SignatureParts, Unsigned, parse_signature
from imagesearch_conformance.signing.verify import unsigned_headers, verify_signature
from imagesearch_conformance.transport.request_encoder import RequestEncoder

SPECIAL_CHARACTERS = "图 +%=&\"'\n"
PARAMETERS = (
    ("InstanceName", "demo"),
    ("ProductId", SPECIAL_CHARACTERS),
    ("PicName", "a"),
    ("PicName", "b"),
    ("Empty", ""),
)


@pytest.fixture
def encode(contract, now):
    """A function that encodes a request with PARAMETERS, with changes to the request and the target."""

    def encode_request(authentication=Authentication(), scheme=SignatureScheme.V3, target_changes=None, **request):  # noqa: B008 frozen
        target = evolve(build_target(contract, "http://api.example:81"), signature=scheme, **(target_changes or {}))
        protocol = contract.protocol
        request_ = evolve(Request(protocol.action, protocol.version, PARAMETERS), **request)
        return RequestEncoder(contract, target).encode(Probe(request_, authentication), now, "some-nonce")

    return encode_request


def parse_pairs(text):
    return tuple(parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict"))


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_parameters_are_in_the_body_in_order_with_repetitions(encode, scheme):
    request = encode(scheme=scheme)
    assert parse_pairs(request.body.decode("ascii")) == PARAMETERS
    assert request.method == "POST"
    assert request.path == "/"
    assert request.header("content-type") == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_parameters_are_in_the_query_if_requested(encode, scheme):
    request = encode(scheme=scheme, location=Location.QUERY, method="GET")
    assert set(PARAMETERS) <= set(parse_pairs(request.query))
    assert (request.body, request.header("content-type"), request.method) == (b"", None, "GET")


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.NONE])
def test_headers_name_the_operation(encode, contract, scheme):
    request = encode(scheme=scheme)
    assert request.header("x-acs-action") == contract.protocol.action
    assert request.header("x-acs-version") == contract.protocol.version


def test_without_a_signature_the_query_names_the_operation_too(encode, contract):
    named = dict(parse_pairs(encode(scheme=SignatureScheme.NONE).query))
    assert named == {"Action": contract.protocol.action, "Version": contract.protocol.version}
    assert encode(scheme=SignatureScheme.V3).query == ""


def test_the_query_names_the_operation_in_v2(encode, contract):
    request = encode(scheme=SignatureScheme.V2)
    named = dict(parse_pairs(request.query))
    assert named["Action"] == contract.protocol.action
    assert named["Version"] == contract.protocol.version
    assert named["Format"] == "JSON"
    assert request.header("x-acs-action") is None


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_action_and_version_can_be_omitted(encode, contract, scheme):
    request = encode(scheme=scheme, action=None, version=None)
    text = repr(request) + request.body.decode()
    assert contract.protocol.action not in text
    assert contract.protocol.version not in text


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_the_host_header_is_that_of_the_target(encode, scheme):
    assert encode(scheme=scheme).header("host") == "api.example:81"


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
@pytest.mark.parametrize("key", [DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS])
def test_requests_are_signed_with_the_key_of_the_target(encode, now, scheme, key):
    request = encode(scheme=scheme, target_changes={"credentials": key})
    signature = parse_signature(request)
    assert isinstance(signature, SignatureParts)
    assert (signature.access_key_id, signature.nonce) == (key.access_key_id, "some-nonce")
    assert signature.security_token == key.security_token
    assert parse_date(signature.date) == now.replace(microsecond=0)
    assert verify_signature(signature, request, key.access_key_secret)
    assert not unsigned_headers(signature, request)


def test_an_unsigned_target_gets_unsigned_requests(encode):
    assert isinstance(parse_signature(encode(scheme=SignatureScheme.NONE)), Unsigned)


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
def test_identities(encode, scheme):
    def signer(identity):
        request = encode(Authentication(identity), scheme)
        signature = parse_signature(request)
        if isinstance(signature, Unsigned):
            return None
        valid_keys = [
            key
            for key in (DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS)
            if verify_signature(signature, request, key.access_key_secret)
        ]
        return signature.access_key_id, valid_keys

    assert signer(Identity.OWN) == (DEFAULT_CREDENTIALS.access_key_id, [DEFAULT_CREDENTIALS])
    assert signer(Identity.UNSIGNED) is None
    assert signer(Identity.IMPOSTOR) == (DEFAULT_CREDENTIALS.access_key_id, [])
    assert signer(Identity.UNAUTHORIZED) == (UNAUTHORIZED_CREDENTIALS.access_key_id, [UNAUTHORIZED_CREDENTIALS])
    stranger, valid_keys = signer(Identity.STRANGER)
    assert stranger not in {DEFAULT_CREDENTIALS.access_key_id, UNAUTHORIZED_CREDENTIALS.access_key_id}
    assert valid_keys == []


def test_signing_without_a_key_is_an_internal_error(encode):
    with pytest.raises(InternalError, match="no key"):
        encode(target_changes={"credentials": None})


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
def test_a_tampered_query_has_an_invalid_signature(encode, scheme):
    untampered, changed = encode(scheme=scheme), encode(Authentication(tampering=Tampering.QUERY), scheme)
    assert changed.body == untampered.body
    assert changed.query != untampered.query
    assert not verify_signature(parse_signature(changed), changed, DEFAULT_CREDENTIALS.access_key_secret)


def test_a_tampered_body_has_an_invalid_signature(encode):
    untampered, changed = encode(), encode(Authentication(tampering=Tampering.BODY))
    assert changed.headers == untampered.headers
    assert changed.body.startswith(untampered.body)
    assert not verify_signature(parse_signature(changed), changed, DEFAULT_CREDENTIALS.access_key_secret)


def test_an_unsigned_header_is_still_sent(encode, contract):
    request = encode(Authentication(tampering=Tampering.UNSIGNED_HEADER))
    signature = parse_signature(request)
    assert verify_signature(signature, request, DEFAULT_CREDENTIALS.access_key_secret)
    assert set(unsigned_headers(signature, request)) == {contract.protocol.signed_header}
    assert request.header(contract.protocol.signed_header) is not None


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
@pytest.mark.parametrize("skew", [-1500, 0, 1500])
def test_the_skew_shifts_the_date(encode, now, scheme, skew):
    request = encode(Authentication(skew=skew), scheme)
    assert parse_date(parse_signature(request).date) == now.replace(microsecond=0) + timedelta(seconds=skew)


@pytest.mark.parametrize(
    ("date", "expected"), [("yesterday", "yesterday"), ("{:%Y-%m-%dT%H:%M:%S.000Z}", "2026-01-02T03:04:05.000Z")]
)
def test_the_date_can_be_replaced(encode, date, expected):
    request = encode(Authentication(date=date))
    assert request.header("x-acs-date") == expected
    assert verify_signature(parse_signature(request), request, DEFAULT_CREDENTIALS.access_key_secret)


def test_headers_of_a_request_are_sent_and_signed(encode):
    request = encode(headers=(("X-Conformance-Fault", "InvalidNum"),))
    assert request.header("x-conformance-fault") == "InvalidNum"
    assert verify_signature(parse_signature(request), request, DEFAULT_CREDENTIALS.access_key_secret)


@pytest.mark.parametrize("scheme", SignatureScheme)
@pytest.mark.parametrize(
    ("location", "in_query"),
    [(Location.BODY, {"ScoreThreshold"}), (Location.FORM, set()), (Location.QUERY, {"ScoreThreshold", "ProductId"})],
)
def test_a_parameter_is_sent_where_the_contract_says(later, now, scheme, location, in_query):
    target = evolve(build_target(later, "http://api.example:81"), signature=scheme)
    request_ = Request(
        later.protocol.action, later.protocol.version, (("ProductId", SPECIAL_CHARACTERS), ("ScoreThreshold", "0.55"))
    )
    request = RequestEncoder(later, target).encode(Probe(evolve(request_, location=location)), now, "some-nonce")
    body, query = (
        dict(parse_pairs(request.body.decode("ascii"))) if request.body else {},
        dict(parse_pairs(request.query)),
    )
    names = {"ScoreThreshold", "ProductId"}
    assert names & set(query) == in_query
    assert set(body) == names - in_query
    signature = parse_signature(request)
    assert isinstance(signature, Unsigned) or verify_signature(
        signature, request, DEFAULT_CREDENTIALS.access_key_secret
    )
