"""What a signature may be accused of, judged from the bytes of the request."""

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
def signing(request, target):
    keys = (Credentials("own", "secret"), Credentials("other", "another secret"))
    return evolve(target, signature=request.param, credentials=keys[0], unauthorized_credentials=keys[1])


@pytest.fixture
def accused(contract, signing, shop):
    """What a request that is signed like this, and changed like that, is accused of."""

    def look(change=lambda request: request, at=NOW, target=signing, **signed):
        probe = Probe(shop.request(), authentication=Authentication(**signed))
        request = change(RequestEncoder(contract, signing).encode(probe, NOW, "nonce"))
        return signature_defects(contract, target, request, at)

    return look


def test_a_right_signature_has_nothing_wrong_with_it(accused):
    assert accused() == set()


@pytest.mark.parametrize(("beyond", "late", "early"), [(0, set(), set()), (1, {"expired"}, {"future"})])
def test_the_date_may_be_off_by_the_tolerance_and_no_second_more(contract, accused, beyond, late, early):
    span = timedelta(seconds=contract.protocol.clock_tolerance + beyond)
    assert accused(at=NOW + span) == late
    assert accused(at=NOW - span) == early


def test_a_date_in_another_notation_is_malformed(accused):
    assert accused(date="{:%Y-%m-%d %H:%M:%S}") == {"malformed"}


@pytest.mark.parametrize(
    ("identity", "defects"),
    [
        (Identity.UNSIGNED, {"unsigned"}),
        (Identity.STRANGER, {"stranger"}),
        (Identity.IMPOSTOR, MISFITS),
        (Identity.UNAUTHORIZED, {"permission"}),
    ],
)
def test_whose_key_it_is(accused, identity, defects):
    assert accused(identity=identity) == defects


@pytest.mark.parametrize("tampering", [Tampering.BODY, Tampering.QUERY])
def test_a_change_after_signing(accused, tampering):
    assert accused(tampering=tampering) == MISFITS


def test_a_target_that_is_asked_unsigned(accused, signing):
    unsigned = evolve(signing, signature=SignatureScheme.NONE)
    assert accused(target=unsigned, identity=Identity.UNSIGNED) == set()


def test_keys_that_a_target_does_not_have_are_strange(accused, signing):
    assert accused(target=evolve(signing, unauthorized_credentials=None), identity=Identity.UNAUTHORIZED) == {
        "stranger"
    }
    assert accused(target=evolve(signing, credentials=None, unauthorized_credentials=None)) == {"stranger"}


def test_a_piece_that_is_missing(accused, signing):
    v3 = signing.signature is SignatureScheme.V3

    def lacking(request):
        return (
            request.with_headers(("x-acs-date", "")) if v3 else request.with_query(request.query.replace("Nonce", ""))
        )

    assert accused(lacking) == {"incomplete"}


def test_a_header_that_ought_to_be_signed(accused, signing):
    unsigned = {"unsigned-header"} if signing.signature is SignatureScheme.V3 else set()
    assert accused(tampering=Tampering.UNSIGNED_HEADER) == unsigned
