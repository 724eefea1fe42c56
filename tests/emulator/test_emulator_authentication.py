"""Who may ask: signatures, clocks, nonces, permissions, and the fault header behind them."""

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
from imagesearch_conformance.emulator.nonce_cache import NonceCache
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.encoding import format_date

from .emulator_conversation import NOW, Conversation, Opening

Making = Callable[[Conversation], WireRequest]

_STRANGER = Credentials("nobody", "secret")
_IMPOSTOR = evolve(DEFAULT_CREDENTIALS, access_key_secret="wrong")


def signed_at(seconds: int) -> Making:
    return lambda talk: talk.signed(talk.unsigned(), date=format_date(NOW + timedelta(seconds=seconds)))


def changed(**changes: str) -> Making:
    """Headers changed after signing; underscores stand for dashes."""
    headers = [(name.replace("_", "-"), value) for name, value in changes.items()]
    return lambda talk: talk.signed(talk.unsigned()).with_headers(*headers)


def without_token(key: Credentials) -> Making:
    return lambda talk: talk.signed(talk.unsigned(), evolve(key, security_token=None))


def unsigned_action(talk: Conversation) -> WireRequest:
    date = format_date(NOW)
    return v3.sign(
        talk.unsigned(),
        DEFAULT_CREDENTIALS,
        date=date,
        nonce=talk.nonce(),
        unsigned_headers=frozenset({"x-acs-action"}),
    )


def with_body(request: WireRequest) -> WireRequest:
    return evolve(request, body=request.body + b"&Num=1")


WRONG: dict[str, tuple[str, Making]] = {
    "unsigned": ("unsigned", lambda talk: talk.unsigned()),
    "stranger": ("stranger", lambda talk: talk.signed(talk.unsigned(), _STRANGER)),
    "stranger in V2": ("stranger", lambda talk: talk.signed_v2(talk.unsigned(), _STRANGER)),
    "impostor": ("impostor", lambda talk: talk.signed(talk.unsigned(), _IMPOSTOR)),
    "impostor in V2": ("impostor", lambda talk: talk.signed_v2(talk.unsigned(), _IMPOSTOR)),
    "body": ("body", lambda talk: with_body(talk.signed(talk.unsigned()))),
    "body in V2": ("impostor", lambda talk: with_body(talk.signed_v2(talk.unsigned()))),
    "query": ("query", lambda talk: talk.signed(talk.unsigned()).with_query("Num=1")),
    "expired": ("expired", signed_at(-901)),
    "future": ("future", signed_at(901)),
    "date with fraction": (
        "malformed", lambda talk: talk.signed(talk.unsigned(), date="2024-02-29T12:00:00.000Z")
    ),
    "unsigned action": ("unsigned-header", unsigned_action),
    "no permission": ("permission", lambda talk: talk.signed(talk.unsigned(), UNAUTHORIZED_CREDENTIALS)),
    "unreadable": ("incomplete", changed(authorization="Basic dGVzdA==")),
    "no signature in it": ("incomplete", changed(authorization="ACS3-HMAC-SHA256 Credential=emulator-own-key")),
    "another hash": ("algorithm", changed(authorization="ACS3-HMAC-SM3 Credential=a,SignedHeaders=b,Signature=c")),
    "a token missing": ("token", without_token(TEMPORARY_CREDENTIALS)),
    "a token too many": ("token", lambda talk: talk.signed(talk.unsigned(), evolve(DEFAULT_CREDENTIALS, security_token="t"))),
    "some parameters of V2": ("incomplete", lambda talk: talk.unsigned().with_query("AccessKeyId=emulator-own-key")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_signature_is_refused(talk: Conversation, contract: Contract, name: str) -> None:
    keyword, make = WRONG[name]
    expected = contract.error_acceptances(Violation("authentication", keyword))[0]
    answer = talk.sent(make(talk))
    assert answer.refusal == (expected.status, expected.code)
    assert answer.body["Message"].startswith(contract.error_row(expected.code or "").message)


@pytest.mark.parametrize("key", [DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS])
def test_both_versions_and_both_kinds_of_key_are_accepted(talk: Conversation, key: Credentials) -> None:
    assert talk.sent(talk.signed(talk.unsigned(), key)).refusal is None
    assert talk.sent(talk.signed_v2(talk.unsigned(), key)).refusal is None


@pytest.mark.parametrize("seconds", [-900, -1, 1, 900])
def test_clocks_may_differ_within_the_tolerance(talk: Conversation, seconds: int) -> None:
    assert talk.sent(signed_at(seconds)(talk)).refusal is None


def test_a_nonce_counts_once_and_only_for_its_key(talk: Conversation) -> None:
    request = talk.signed(talk.unsigned())
    assert talk.sent(request).refusal is None
    assert talk.sent(request).refusal == (400, "SignatureNonceUsed")
    again = v3.sign(
        talk.unsigned(),
        TEMPORARY_CREDENTIALS,
        date=format_date(NOW),
        nonce=request.header("x-acs-signature-nonce") or "",
    )
    assert talk.sent(again).refusal is None


def test_a_forged_request_uses_up_no_nonce(talk: Conversation) -> None:
    request = talk.signed(talk.unsigned())
    assert talk.sent(with_body(request)).refusal == (400, "SignatureDoesNotMatch")
    assert talk.sent(request).refusal is None


def test_a_nonce_is_remembered_as_long_as_its_date_is_valid() -> None:
    nonces, second = NonceCache(), timedelta(seconds=1)
    assert nonces.use("key", "nonce", expires_at=NOW + 10 * second, now=NOW)
    assert not nonces.use("key", "nonce", expires_at=NOW + 20 * second, now=NOW + 10 * second)
    assert nonces.use("key", "other", expires_at=NOW + 20 * second, now=NOW + 11 * second)
    assert len(nonces) == 1


def test_one_of_many_threads_may_use_a_nonce() -> None:
    nonces = NonceCache()
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: nonces.use("key", "nonce", expires_at=NOW, now=NOW), range(200)))
    assert used.count(True) == 1


def test_an_optional_signature_is_verified_when_there_is_one(opening: Opening) -> None:
    talk = opening(signature="optional")
    assert talk.sent(talk.unsigned()).refusal is None
    assert talk.sent(talk.signed(talk.unsigned())).refusal is None
    assert talk.sent(talk.signed(talk.unsigned(), _IMPOSTOR)).refusal == (400, "SignatureDoesNotMatch")
    assert talk.sent(talk.signed(talk.unsigned(), UNAUTHORIZED_CREDENTIALS)).refusal == (403, "NoPermission")


def test_the_fault_header_brings_every_code_of_the_page(talk: Conversation, contract: Contract) -> None:
    rows = contract.errors.documented_rows
    assert len(rows) == 26
    for row in rows:
        answer = talk.send(talk.unsigned().with_headers((FAULT_HEADER, row.code)))
        assert (answer.status, answer.body["Code"], answer.body["Message"]) == (row.status, row.code, row.message)
        assert set(answer.body) == {"Code", "Message", "RequestId", "HostId", "Recommend"}


def test_the_fault_header_comes_after_authentication_and_before_all_else(talk: Conversation) -> None:
    broken = talk.unsigned(Num="x", InstanceName=None).with_headers((FAULT_HEADER.lower(), " NetworkException "))
    assert talk.send(broken).refusal == (500, "NetworkException")
    assert talk.sent(broken).refusal == (400, "MissingAccessKeyId")


def test_an_unknown_code_in_the_fault_header_is_refused(talk: Conversation) -> None:
    answer = talk.ask(lambda request: request.with_headers((FAULT_HEADER, "NoSuchCode")))
    assert answer.refusal == (400, "BadRequest")


def test_no_secret_shows_in_a_reply(talk: Conversation) -> None:
    for _, make in WRONG.values():
        body = talk.sent(make(talk)).reply.body.decode()
        assert not any(
            secret in body
            for secret in (DEFAULT_CREDENTIALS.access_key_secret, str(TEMPORARY_CREDENTIALS.security_token))
        )
