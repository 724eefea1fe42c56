"""Authentication: signatures, clocks, nonces, permissions, and the fault header."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.access_keys import (
    DEFAULT_CREDENTIALS,
    TEMPORARY_CREDENTIALS,
    UNAUTHORIZED_CREDENTIALS,
)
from imagesearch_conformance.emulator.authentication import NonceCache
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.encoding import format_date

from .emulator_client import NOW, ClientFactory, EmulatorClient

RequestBuilder = Callable[[EmulatorClient], WireRequest]

_UNKNOWN_CREDENTIALS = Credentials("nobody", "secret")
_WRONG_SECRET = evolve(DEFAULT_CREDENTIALS, access_key_secret="wrong")


def sign_at(seconds: int) -> RequestBuilder:
    return lambda client: client.sign(client.build_request(), date=format_date(NOW + timedelta(seconds=seconds)))


def sign_then_change(**changes: str) -> RequestBuilder:
    """Change headers after signing; underscores stand for dashes."""
    headers = [(name.replace("_", "-"), value) for name, value in changes.items()]
    return lambda client: client.sign(client.build_request()).with_headers(*headers)


def sign_with(credentials: Credentials) -> RequestBuilder:
    return lambda client: client.sign(client.build_request(), credentials)


def sign_v2_with(credentials: Credentials) -> RequestBuilder:
    return lambda client: client.sign_v2(client.build_request(), credentials)


def sign_all_but_action(client: EmulatorClient) -> WireRequest:
    date = format_date(NOW)
    return v3.sign(
        client.build_request(),
        DEFAULT_CREDENTIALS,
        date=date,
        nonce=client.new_nonce(),
        unsigned_headers=frozenset({"x-acs-action"}),
    )


def append_to_body(request: WireRequest) -> WireRequest:
    return evolve(request, body=request.body + b"&Num=1")


INVALID_REQUESTS: dict[str, tuple[str, RequestBuilder]] = {
    "unsigned": ("unsigned", lambda client: client.build_request()),
    "unknown key": ("stranger", sign_with(_UNKNOWN_CREDENTIALS)),
    "unknown key in V2": ("stranger", sign_v2_with(_UNKNOWN_CREDENTIALS)),
    "wrong secret": ("impostor", sign_with(_WRONG_SECRET)),
    "wrong secret in V2": ("impostor", sign_v2_with(_WRONG_SECRET)),
    "body": ("body", lambda client: append_to_body(client.sign(client.build_request()))),
    "body in V2": ("impostor", lambda client: append_to_body(client.sign_v2(client.build_request()))),
    "query": ("query", lambda client: client.sign(client.build_request()).with_query("Num=1")),
    "expired": ("expired", sign_at(-901)),
    "future": ("future", sign_at(901)),
    "date with fraction": (
        "malformed", lambda client: client.sign(client.build_request(), date="2024-02-29T12:00:00.000Z")
    ),
    "unsigned action": ("unsigned-header", sign_all_but_action),
    "no permission": ("permission", sign_with(UNAUTHORIZED_CREDENTIALS)),
    "another scheme": ("incomplete", sign_then_change(authorization="Basic dGVzdA==")),
    "no signature": ("incomplete", sign_then_change(authorization="ACS3-HMAC-SHA256 Credential=emulator-own-key")),
    "another hash": (
        "algorithm", sign_then_change(authorization="ACS3-HMAC-SM3 Credential=a,SignedHeaders=b,Signature=c")
    ),
    "missing token": ("token", sign_with(evolve(TEMPORARY_CREDENTIALS, security_token=None))),
    "unexpected token": ("token", sign_with(evolve(DEFAULT_CREDENTIALS, security_token="t"))),
    "incomplete V2": (
        "incomplete", lambda client: client.build_request().with_query("AccessKeyId=emulator-own-key")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INVALID_REQUESTS)
def test_an_invalid_signature_is_rejected(client: EmulatorClient, contract: Contract, name: str) -> None:
    keyword, build = INVALID_REQUESTS[name]
    expected = contract.error_acceptances(Violation("authentication", keyword))[0]
    response = client.send(build(client))
    assert response.error == (expected.status, expected.code)
    assert response.body["Message"].startswith(contract.error_row(expected.code or "").message)


@pytest.mark.parametrize("key", [DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS])
def test_signatures_v2_and_v3_of_both_kinds_of_key_are_accepted(client: EmulatorClient, key: Credentials) -> None:
    assert client.send(client.sign(client.build_request(), key)).error is None
    assert client.send(client.sign_v2(client.build_request(), key)).error is None


@pytest.mark.parametrize("seconds", [-900, -1, 1, 900])
def test_clocks_may_differ_within_the_tolerance(client: EmulatorClient, seconds: int) -> None:
    assert client.send(sign_at(seconds)(client)).error is None


def test_a_nonce_is_valid_once_per_key(client: EmulatorClient) -> None:
    request = client.sign(client.build_request())
    assert client.send(request).error is None
    assert client.send(request).error == (400, "SignatureNonceUsed")
    again = v3.sign(
        client.build_request(),
        TEMPORARY_CREDENTIALS,
        date=format_date(NOW),
        nonce=request.header("x-acs-signature-nonce") or "",
    )
    assert client.send(again).error is None


def test_a_forged_request_does_not_use_its_nonce(client: EmulatorClient) -> None:
    request = client.sign(client.build_request())
    assert client.send(append_to_body(request)).error == (400, "SignatureDoesNotMatch")
    assert client.send(request).error is None


def test_the_cache_keeps_a_nonce_until_it_expires() -> None:
    nonces, second = NonceCache(), timedelta(seconds=1)
    assert nonces.use("key", "nonce", expires_at=NOW + 10 * second, now=NOW)
    assert not nonces.use("key", "nonce", expires_at=NOW + 20 * second, now=NOW + 10 * second)
    assert nonces.use("key", "other", expires_at=NOW + 20 * second, now=NOW + 11 * second)
    assert len(nonces) == 1


def test_only_one_of_many_threads_can_use_a_nonce() -> None:
    nonces = NonceCache()
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: nonces.use("key", "nonce", expires_at=NOW, now=NOW), range(200)))
    assert used.count(True) == 1


def test_an_optional_signature_is_verified_if_present(create_client: ClientFactory) -> None:
    client = create_client(signature="optional")
    assert client.send(client.build_request()).error is None
    assert client.send(client.sign(client.build_request())).error is None
    assert client.send(client.sign(client.build_request(), _WRONG_SECRET)).error == (400, "SignatureDoesNotMatch")
    assert client.send(client.sign(client.build_request(), UNAUTHORIZED_CREDENTIALS)).error == (403, "NoPermission")


def test_the_fault_header_returns_every_documented_code(client: EmulatorClient, contract: Contract) -> None:
    rows = contract.errors.documented_rows
    assert len(rows) == 26
    for row in rows:
        response = client.sign_and_send(client.build_request().with_headers((FAULT_HEADER, row.code)))
        assert (response.status, response.body["Code"], response.body["Message"]) == (row.status, row.code, row.message)
        assert set(response.body) == {"Code", "Message", "RequestId", "HostId", "Recommend"}


def test_the_fault_header_applies_after_authentication_and_before_validation(client: EmulatorClient) -> None:
    broken = client.build_request(Num="x", InstanceName=None).with_headers((FAULT_HEADER.lower(), " NetworkException "))
    assert client.sign_and_send(broken).error == (500, "NetworkException")
    assert client.send(broken).error == (400, "MissingAccessKeyId")


def test_an_unknown_code_in_the_fault_header_is_rejected(client: EmulatorClient) -> None:
    response = client.search(lambda request: request.with_headers((FAULT_HEADER, "NoSuchCode")))
    assert response.error == (400, "BadRequest")


def test_responses_contain_no_secrets(client: EmulatorClient) -> None:
    for _, build in INVALID_REQUESTS.values():
        body = client.send(build(client)).wire.body.decode()
        assert not any(
            secret in body
            for secret in (DEFAULT_CREDENTIALS.access_key_secret, str(TEMPORARY_CREDENTIALS.security_token))
        )
