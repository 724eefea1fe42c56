"""Defects of signatures, found in the bytes of the request."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.checks.violations import signature_defects
from imagesearch_conformance.model.case import Authentication, Identity, Probe, Tampering
from imagesearch_conformance.model.target import Credentials, SignatureScheme
from imagesearch_conformance.transport.request_encoder import RequestEncoder

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MISFITS = {"impostor", "body", "query"}


@pytest.fixture(params=[SignatureScheme.V3, SignatureScheme.V2])
def signing_target(request, target):
    keys = (Credentials("own", "secret"), Credentials("other", "another secret"))
    return evolve(target, signature=request.param, credentials=keys[0], unauthorized_credentials=keys[1])


@pytest.fixture
def find_defects(contract, signing_target, builder):
    """Find the defects of a request that is signed with options and then changed."""

    def find(change=lambda request: request, at=NOW, target=signing_target, **signed):
        probe = Probe(builder.request(), authentication=Authentication(**signed))
        request = change(RequestEncoder(contract, signing_target).encode(probe, NOW, "nonce"))
        return signature_defects(contract, target, request, at)

    return find


def test_a_valid_signature_has_no_defects(find_defects):
    assert find_defects() == set()


@pytest.mark.parametrize(("beyond", "late", "early"), [(0, set(), set()), (1, {"expired"}, {"future"})])
def test_the_date_may_be_off_by_the_tolerance_and_no_second_more(contract, find_defects, beyond, late, early):
    span = timedelta(seconds=contract.protocol.clock_tolerance + beyond)
    assert find_defects(at=NOW + span) == late
    assert find_defects(at=NOW - span) == early


def test_a_date_in_another_notation_is_malformed(find_defects):
    assert find_defects(date="{:%Y-%m-%d %H:%M:%S}") == {"malformed"}


@pytest.mark.parametrize(
    ("identity", "defects"),
    [
        (Identity.UNSIGNED, {"unsigned"}),
        (Identity.STRANGER, {"stranger"}),
        (Identity.IMPOSTOR, MISFITS),
        (Identity.UNAUTHORIZED, {"permission"}),
    ],
)
def test_defects_by_key(find_defects, identity, defects):
    assert find_defects(identity=identity) == defects


@pytest.mark.parametrize("tampering", [Tampering.BODY, Tampering.QUERY])
def test_a_change_after_signing_is_a_mismatch(find_defects, tampering):
    assert find_defects(tampering=tampering) == MISFITS


def test_an_unsigned_target_has_no_defects(find_defects, signing_target):
    unsigned = evolve(signing_target, signature=SignatureScheme.NONE)
    assert find_defects(target=unsigned, identity=Identity.UNSIGNED) == set()


def test_keys_that_the_target_lacks_are_unknown(find_defects, signing_target):
    assert find_defects(
        target=evolve(signing_target, unauthorized_credentials=None), identity=Identity.UNAUTHORIZED
    ) == {"stranger"}
    assert find_defects(target=evolve(signing_target, credentials=None, unauthorized_credentials=None)) == {"stranger"}


def test_a_missing_part_is_incomplete(find_defects, signing_target):
    v3 = signing_target.signature is SignatureScheme.V3

    def lacking(request):
        return (
            request.with_headers(("x-acs-date", "")) if v3 else request.with_query(request.query.replace("Nonce", ""))
        )

    assert find_defects(lacking) == {"incomplete"}


def test_a_header_that_must_be_signed(find_defects, signing_target):
    unsigned = {"unsigned-header"} if signing_target.signature is SignatureScheme.V3 else set()
    assert find_defects(tampering=Tampering.UNSIGNED_HEADER) == unsigned
