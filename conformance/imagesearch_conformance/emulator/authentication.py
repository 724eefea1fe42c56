"""Verification of signatures as documented by the vendor."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal

from attrs import frozen

from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.emulator.access_keys import AccessKey
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Credentials, SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.encoding import parse_date
from imagesearch_conformance.signing.parse import IncompleteSignature, SignatureParts, Unsigned, parse_signature
from imagesearch_conformance.signing.verify import unsigned_headers, verify_signature

#: The maximum number of nonces in the cache.
MAX_NONCES = 20_000


class NonceCache:
    """Nonces by key, each kept until its request would be too old anyway; thread-safe.

    Beyond `MAX_NONCES`, the nonces that expire first are evicted early: bounded memory matters more than
    a replay after thousands of other requests.
    """

    def __init__(self) -> None:
        self._used: set[tuple[str, str]] = set()
        self._expiry_heap: list[tuple[datetime, tuple[str, str]]] = []
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._used)

    def use(self, access_key_id: str, nonce: str, *, expires_at: datetime, now: datetime) -> bool:
        """Store a nonce until it expires; return False if it is already stored."""
        with self._lock:
            self._evict(now)
            if (access_key_id, nonce) in self._used:
                return False
            self._used.add((access_key_id, nonce))
            heapq.heappush(self._expiry_heap, (expires_at, (access_key_id, nonce)))
            return True

    def _evict(self, now: datetime) -> None:
        while self._expiry_heap and (self._expiry_heap[0][0] < now or len(self._expiry_heap) >= MAX_NONCES):
            self._used.discard(heapq.heappop(self._expiry_heap)[1])


#: The keys of `authentication/refusals` in protocol.yaml.
SignatureDefect = Literal[
    "unsigned", "incomplete", "algorithm", "malformed", "expired", "future", "stranger", "token",
    "unsigned-header", "body", "impostor", "replay", "permission",
]  # fmt: skip


@frozen
class Authenticator:
    """Verifies the signatures of requests; unsigned requests are valid unless `signature_required`."""

    keys: Mapping[str, AccessKey]
    nonces: NonceCache
    tolerance: timedelta
    signature_required: bool

    def violations(self, request: WireRequest, now: datetime) -> Iterator[Violation]:
        """Yield the violations lazily: a nonce is used only if no violation before it ended the iteration."""
        for defect in self._defects(request, now):
            yield Violation(AUTHENTICATION, defect)

    def _defects(self, request: WireRequest, now: datetime) -> Iterator[SignatureDefect]:
        signature = parse_signature(request)
        if isinstance(signature, Unsigned):
            if self.signature_required:
                yield "unsigned"
        elif isinstance(signature, IncompleteSignature):
            yield "incomplete"
        else:
            yield from self._signature_defects(signature, request, now)

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
