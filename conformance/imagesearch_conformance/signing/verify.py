"""Whether a presented signature is the one that its request and a secret give."""

from __future__ import annotations

import hmac
from functools import lru_cache

from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.encoding import to_bytes
from imagesearch_conformance.signing.parse import SignatureParts


@lru_cache(maxsize=1024)
def verify_signature(parts: SignatureParts, request: WireRequest, secret: str) -> bool:
    """Whether the signature fits; which headers it covers is for `unsigned_headers` to say."""
    if not parts.is_supported:
        return False
    return _has_matching_body_hash(parts, request) and _has_matching_signature(parts, request, secret)


def string_to_sign(parts: SignatureParts, request: WireRequest) -> str:
    """What a server signs for this request, as gateways quote it in a refusal."""
    if parts.scheme is SignatureScheme.V3:
        return v3.string_to_sign(v3.canonical_request(request, parts.signed_headers))
    return v2.string_to_sign(request)


def unsigned_headers(parts: SignatureParts, request: WireRequest) -> tuple[str, ...]:
    """The request's headers that V3 has to sign and this signature leaves out; V2 signs none."""
    if parts.scheme is not SignatureScheme.V3:
        return ()
    signed = {name.lower() for name in parts.signed_headers}
    return tuple(name for name in v3.mandatory_headers(request) if name not in signed)


def _has_matching_body_hash(parts: SignatureParts, request: WireRequest) -> bool:
    if parts.scheme is not SignatureScheme.V3:
        return True
    return v3.header_value(request, v3.CONTENT_SHA256) == v3.body_hash(request)


def _has_matching_signature(parts: SignatureParts, request: WireRequest, secret: str) -> bool:
    signature = v3.signature if parts.scheme is SignatureScheme.V3 else v2.signature
    expected = signature(string_to_sign(parts, request), secret)
    # Bytes, since text that is not ASCII cannot be compared in constant time.
    return hmac.compare_digest(to_bytes(expected), to_bytes(parts.signature))
