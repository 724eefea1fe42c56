"""Whether a request is signed as the vendor's pages on signing ask, by a key that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from attrs import frozen

from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.emulator.keys import Key
from imagesearch_conformance.emulator.nonces import Nonces
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Credentials, SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.dates import parse_date
from imagesearch_conformance.signing.presented import Anonymous, Incomplete, Presented, present
from imagesearch_conformance.signing.verification import unsigned_headers, verify

#: The keys of protocol.yaml's authentication/refusals that this module finds violated.
Wrong = Literal[
    "unsigned", "incomplete", "algorithm", "malformed", "expired", "future", "stranger", "token",
    "unsigned-header", "body", "impostor", "replay", "permission",
]  # fmt: skip


@frozen
class Authenticator:
    """The keys known, the nonces used, the tolerance of the clock, and whether a signature is needed."""

    keys: Mapping[str, Key]
    nonces: Nonces
    tolerance: timedelta
    required: bool

    def violations(self, request: WireRequest, now: datetime) -> Iterator[Violation]:
        """What is wrong with the signature, lazily: a nonce counts as used once all before it was right."""
        for wrong in self._wrong(request, now):
            yield Violation(AUTHENTICATION, wrong)

    def _wrong(self, request: WireRequest, now: datetime) -> Iterator[Wrong]:
        presented = present(request)
        if isinstance(presented, Anonymous):
            if self.required:
                yield "unsigned"
        elif isinstance(presented, Incomplete):
            yield "incomplete"
        else:
            yield from self._wrong_signature(presented, request, now)

    def _wrong_signature(self, presented: Presented, request: WireRequest, now: datetime) -> Iterator[Wrong]:
        signed_at = parse_date(presented.date)
        if not presented.supported:
            yield "algorithm"
        yield from self._wrong_date(signed_at, now)
        key = self.keys.get(presented.access_key_id)
        if key is None:
            yield "stranger"
            return
        yield from _wrong_content(presented, request, key.credentials)
        expires = (signed_at or now) + self.tolerance
        if not self.nonces.use(presented.access_key_id, presented.nonce, expires=expires, now=now):
            yield "replay"
        if not key.permitted:
            yield "permission"

    def _wrong_date(self, signed_at: datetime | None, now: datetime) -> Iterator[Wrong]:
        if signed_at is None:
            yield "malformed"
        elif now - signed_at > self.tolerance:
            yield "expired"
        elif signed_at - now > self.tolerance:
            yield "future"


def _wrong_content(presented: Presented, request: WireRequest, credentials: Credentials) -> Iterator[Wrong]:
    if presented.security_token != credentials.security_token:
        yield "token"
    if unsigned_headers(presented, request):
        yield "unsigned-header"
    if presented.scheme is SignatureScheme.V3 and v3.header_value(request, v3.CONTENT_SHA256) != v3.body_hash(request):
        yield "body"
    elif not verify(presented, request, credentials.access_key_secret):
        yield "impostor"
