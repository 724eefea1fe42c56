"""From a probe to bytes: each call style, each identity, and each way of signing wrongly."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from attrs import evolve

from imagesearch_conformance.emulator.access_keys import (
    DEFAULT_CREDENTIALS,
    TEMPORARY_CREDENTIALS,
    UNAUTHORIZED_CREDENTIALS,
)
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.case import Authentication, Identity, Location, Probe, Request, Tampering
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.signing.dates import parse_date
from imagesearch_conformance.signing.parse import SignatureParts, Unsigned, parse_signature
from imagesearch_conformance.signing.verify import unsigned_headers, verify_signature
from imagesearch_conformance.transport.request_encoder import RequestEncoder

AWKWARD = "图 +%=&\"'\n"
NAMES = (("InstanceName", "demo"), ("ProductId", AWKWARD), ("PicName", "a"), ("PicName", "b"), ("Empty", ""))


@pytest.fixture
def sent(contract, now):
    """What goes out for the request above, changed, to a target, changed."""

    def outgoing(authentication=Authentication(), scheme=SignatureScheme.V3, target_with=None, **request):  # noqa: B008 frozen
        target = evolve(emulated(contract, "http://api.example:81"), signature=scheme, **(target_with or {}))
        protocol = contract.protocol
        given = evolve(Request(protocol.action, protocol.version, NAMES), **request)
        return RequestEncoder(contract, target).encode(Probe(given, authentication), now, "some-nonce")

    return outgoing


def form(text):
    return tuple(parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict"))


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_parameters_go_into_the_body_in_order_repeats_kept(sent, scheme):
    request = sent(scheme=scheme)
    assert form(request.body.decode("ascii")) == NAMES
    assert request.method == "POST"
    assert request.path == "/"
    assert request.header("content-type") == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_parameters_go_into_the_query_where_asked(sent, scheme):
    request = sent(scheme=scheme, location=Location.QUERY, method="GET")
    assert set(NAMES) <= set(form(request.query))
    assert (request.body, request.header("content-type"), request.method) == (b"", None, "GET")


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.NONE])
def test_headers_name_the_operation(sent, contract, scheme):
    request = sent(scheme=scheme)
    assert request.header("x-acs-action") == contract.protocol.action
    assert request.header("x-acs-version") == contract.protocol.version


def test_without_a_signature_the_query_names_it_as_well(sent, contract):
    named = dict(form(sent(scheme=SignatureScheme.NONE).query))
    assert named == {"Action": contract.protocol.action, "Version": contract.protocol.version}
    assert sent(scheme=SignatureScheme.V3).query == ""


def test_the_query_names_the_operation_in_the_older_style(sent, contract):
    request = sent(scheme=SignatureScheme.V2)
    named = dict(form(request.query))
    assert named["Action"] == contract.protocol.action
    assert named["Version"] == contract.protocol.version
    assert named["Format"] == "JSON"
    assert request.header("x-acs-action") is None


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_what_is_not_to_be_named_is_not_named(sent, contract, scheme):
    request = sent(scheme=scheme, action=None, version=None)
    said = repr(request) + request.body.decode()
    assert contract.protocol.action not in said
    assert contract.protocol.version not in said


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_the_host_is_that_of_the_target(sent, scheme):
    assert sent(scheme=scheme).header("host") == "api.example:81"


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
@pytest.mark.parametrize("key", [DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS])
def test_requests_are_signed_with_the_target_s_key(sent, now, scheme, key):
    request = sent(scheme=scheme, target_with={"credentials": key})
    presented = parse_signature(request)
    assert isinstance(presented, SignatureParts)
    assert (presented.access_key_id, presented.nonce) == (key.access_key_id, "some-nonce")
    assert presented.security_token == key.security_token
    assert parse_date(presented.date) == now.replace(microsecond=0)
    assert verify_signature(presented, request, key.access_key_secret)
    assert not unsigned_headers(presented, request)


def test_an_unsigned_target_gets_unsigned_requests(sent):
    assert isinstance(parse_signature(sent(scheme=SignatureScheme.NONE)), Unsigned)


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
def test_identities(sent, scheme):
    def signer(identity):
        request = sent(Authentication(identity), scheme)
        presented = parse_signature(request)
        if isinstance(presented, Unsigned):
            return None
        fits = [
            key
            for key in (DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS)
            if verify_signature(presented, request, key.access_key_secret)
        ]
        return presented.access_key_id, fits

    assert signer(Identity.OWN) == (DEFAULT_CREDENTIALS.access_key_id, [DEFAULT_CREDENTIALS])
    assert signer(Identity.UNSIGNED) is None
    assert signer(Identity.IMPOSTOR) == (DEFAULT_CREDENTIALS.access_key_id, [])
    assert signer(Identity.UNAUTHORIZED) == (UNAUTHORIZED_CREDENTIALS.access_key_id, [UNAUTHORIZED_CREDENTIALS])
    stranger, fits = signer(Identity.STRANGER)
    assert stranger not in {DEFAULT_CREDENTIALS.access_key_id, UNAUTHORIZED_CREDENTIALS.access_key_id}
    assert fits == []


def test_signing_without_a_key_is_our_fault(sent):
    with pytest.raises(InternalError, match="no key"):
        sent(target_with={"credentials": None})


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
def test_a_query_that_is_changed_after_signing_does_not_fit(sent, scheme):
    whole, changed = sent(scheme=scheme), sent(Authentication(tampering=Tampering.QUERY), scheme)
    assert changed.body == whole.body
    assert changed.query != whole.query
    assert not verify_signature(parse_signature(changed), changed, DEFAULT_CREDENTIALS.access_key_secret)


def test_a_body_that_is_changed_after_signing_does_not_fit(sent):
    whole, changed = sent(), sent(Authentication(tampering=Tampering.BODY))
    assert changed.headers == whole.headers
    assert changed.body.startswith(whole.body)
    assert not verify_signature(parse_signature(changed), changed, DEFAULT_CREDENTIALS.access_key_secret)


def test_a_header_left_out_of_the_signature_is_still_sent(sent, contract):
    request = sent(Authentication(tampering=Tampering.UNSIGNED_HEADER))
    presented = parse_signature(request)
    assert verify_signature(presented, request, DEFAULT_CREDENTIALS.access_key_secret)
    assert set(unsigned_headers(presented, request)) == {contract.protocol.signed_header}
    assert request.header(contract.protocol.signed_header) is not None


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
@pytest.mark.parametrize("skew", [-1500, 0, 1500])
def test_requests_are_dated_off_by_the_skew(sent, now, scheme, skew):
    request = sent(Authentication(skew=skew), scheme)
    assert parse_date(parse_signature(request).date) == now.replace(microsecond=0) + timedelta(seconds=skew)


@pytest.mark.parametrize(
    ("date", "said"), [("yesterday", "yesterday"), ("{:%Y-%m-%dT%H:%M:%S.000Z}", "2026-01-02T03:04:05.000Z")]
)
def test_a_date_may_be_replaced(sent, date, said):
    request = sent(Authentication(date=date))
    assert request.header("x-acs-date") == said
    assert verify_signature(parse_signature(request), request, DEFAULT_CREDENTIALS.access_key_secret)


def test_headers_of_a_request_go_out_and_are_signed_with_it(sent):
    request = sent(headers=(("X-Conformance-Fault", "InvalidNum"),))
    assert request.header("x-conformance-fault") == "InvalidNum"
    assert verify_signature(parse_signature(request), request, DEFAULT_CREDENTIALS.access_key_secret)


@pytest.mark.parametrize("scheme", SignatureScheme)
@pytest.mark.parametrize(
    ("location", "in_query"),
    [(Location.BODY, {"ScoreThreshold"}), (Location.FORM, set()), (Location.QUERY, {"ScoreThreshold", "ProductId"})],
)
def test_a_parameter_travels_where_the_contract_says(later, now, scheme, location, in_query):
    target = evolve(emulated(later, "http://api.example:81"), signature=scheme)
    given = Request(later.protocol.action, later.protocol.version, (("ProductId", AWKWARD), ("ScoreThreshold", "0.55")))
    request = RequestEncoder(later, target).encode(Probe(evolve(given, location=location)), now, "some-nonce")
    body, query = dict(form(request.body.decode("ascii"))) if request.body else {}, dict(form(request.query))
    names = {"ScoreThreshold", "ProductId"}
    assert names & set(query) == in_query
    assert set(body) == names - in_query
    presented = parse_signature(request)
    assert isinstance(presented, Unsigned) or verify_signature(
        presented, request, DEFAULT_CREDENTIALS.access_key_secret
    )
