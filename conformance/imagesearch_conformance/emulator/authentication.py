"""Whether a request is signed as the vendor's pages on signing ask, by a key that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from attrs import frozen

from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.emulator.access_keys import AccessKey
from imagesearch_conformance.emulator.nonce_cache import NonceCache
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Credentials, SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.encoding import parse_date
from imagesearch_conformance.signing.parse import IncompleteSignature, SignatureParts, Unsigned, parse_signature
from imagesearch_conformance.signing.verify import unsigned_headers, verify_signature

#: The keys of protocol.yaml's authentication/refusals that this module finds violated.
SignatureDefect = Literal[
    "unsigned", "incomplete", "algorithm", "malformed", "expired", "future", "stranger", "token",
    "unsigned-header", "body", "impostor", "replay", "permission",
]  # fmt: skip


@frozen
class Authenticator:
    """The keys known, the nonces used, the tolerance of the clock, and whether a signature is needed."""

    keys: Mapping[str, AccessKey]
    nonces: NonceCache
    tolerance: timedelta
    signature_required: bool

    def violations(self, request: WireRequest, now: datetime) -> Iterator[Violation]:
        """What is wrong with the signature, lazily: a nonce counts as used once all before it was right."""
        for wrong in self._defects(request, now):
            yield Violation(AUTHENTICATION, wrong)

    def _defects(self, request: WireRequest, now: datetime) -> Iterator[SignatureDefect]:
        presented = parse_signature(request)
        if isinstance(presented, Unsigned):
            if self.signature_required:
                yield "unsigned"
        elif isinstance(presented, IncompleteSignature):
            yield "incomplete"
        else:
            yield from self._signature_defects(presented, request, now)

    def _signature_defects(
        self, signature: SignatureParts, request: WireRequest, now: datetime
    ) -> Iterator[SignatureDefect]:
        signed_at = parse_date(signature.date)
        if not signature.is_supported:
            yield "algorithm"
        yield from self._date_defects(signed_at, now)
        key = self.keys.get(signature.access_key_id)
        if key is None:
            yield "stranger"
            return
        yield from _content_defects(signature, request, key.credentials)
        expires = (signed_at or now) + self.tolerance
        if not self.nonces.use(signature.access_key_id, signature.nonce, expires_at=expires, now=now):
            yield "replay"
        if not key.can_search:
            yield "permission"

    def _date_defects(self, signed_at: datetime | None, now: datetime) -> Iterator[SignatureDefect]:
        if signed_at is None:
            yield "malformed"
        elif now - signed_at > self.tolerance:
            yield "expired"
        elif signed_at - now > self.tolerance:
            yield "future"


def _content_defects(
    signature: SignatureParts, request: WireRequest, credentials: Credentials
) -> Iterator[SignatureDefect]:
    if signature.security_token != credentials.security_token:
        yield "token"
    if unsigned_headers(signature, request):
        yield "unsigned-header"
    if signature.scheme is SignatureScheme.V3 and v3.header_value(request, v3.CONTENT_SHA256) != v3.body_hash(request):
        yield "body"
    elif not verify_signature(signature, request, credentials.access_key_secret):
        yield "impostor"
