"""Verification of the signature of a request."""

from __future__ import annotations

import hmac

from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.encoding import to_bytes
from imagesearch_conformance.signing.parse import SignatureParts


def verify_signature(parts: SignatureParts, request: WireRequest, secret: str) -> bool:
    """Return whether a signature is valid; `unsigned_headers` checks which headers it covers."""
    if not parts.is_supported:
        return False
    return _has_matching_body_hash(parts, request) and _has_matching_signature(parts, request, secret)


def string_to_sign(parts: SignatureParts, request: WireRequest) -> str:
    """Return the string to sign of a request, as gateways quote it in error responses."""
    if parts.scheme is SignatureScheme.V3:
        return v3.string_to_sign(v3.canonical_request(request, parts.signed_headers))
    return v2.string_to_sign(request)


def unsigned_headers(parts: SignatureParts, request: WireRequest) -> tuple[str, ...]:
    """Return the headers that V3 must sign and this signature does not; none for V2."""
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
    # Bytes, since compare_digest accepts only ASCII texts.
    return hmac.compare_digest(to_bytes(expected), to_bytes(parts.signature))
