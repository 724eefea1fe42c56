"""Signature V3, ACS3-HMAC-SHA256.

Source: Alibaba Cloud, "V3 request structure and signature",
help.aliyun.com/en/sdk/product-overview/v3-request-structure-and-signature.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import Headers, WireRequest
from imagesearch_conformance.signing.encoding import canonical_query, parse_form, to_bytes, to_text

#: The only algorithm of V3 that the documentation describes.
ALGORITHM = "ACS3-HMAC-SHA256"

#: The header with the signature.
AUTHORIZATION = "authorization"

#: The header with the time of signing.
DATE = "x-acs-date"

#: The header with the nonce.
NONCE = "x-acs-signature-nonce"

#: The header with the SHA-256 of the body, in lower-case hexadecimal.
CONTENT_SHA256 = "x-acs-content-sha256"

#: The header with the token of temporary credentials.
STS_HEADER = "x-acs-security-token"

#: The prefix of the protocol's own headers.
HEADER_PREFIX = "x-acs-"

#: Headers that must be signed besides the protocol's own, if the request has them.
OTHER_SIGNED_HEADERS = frozenset({"host", "content-type"})

#: The signed path, independent of the path of the request, since an RPC action has no resource.
CANONICAL_URI = "/"


def sign(
    request: WireRequest,
    credentials: Credentials,
    *,
    date: str,
    nonce: str,
    unsigned_headers: frozenset[str] = frozenset(),
) -> WireRequest:
    """Return a signed copy; `unsigned_headers` are sent but not signed."""
    dated = request.with_headers(*_signing_headers(request, credentials, date, nonce))
    excluded = {name.lower() for name in unsigned_headers}
    names = tuple(name for name in mandatory_headers(dated) if name not in excluded)
    value = signature(string_to_sign(canonical_request(dated, names)), credentials.access_key_secret)
    return dated.with_headers(("Authorization", _authorization(credentials.access_key_id, names, value)))


def mandatory_headers(request: WireRequest) -> tuple[str, ...]:
    """Return the lower-case, sorted names of the headers of a request that must be signed."""
    names = {name.lower() for name, _ in request.headers}
    return tuple(sorted(name for name in names if name.startswith(HEADER_PREFIX) or name in OTHER_SIGNED_HEADERS))


def canonical_request(request: WireRequest, signed_headers: Iterable[str]) -> str:
    """Return the canonical request with exactly these headers."""
    names = sorted({name.lower() for name in signed_headers})
    query = canonical_query(parse_form(request.query))
    headers = "".join(f"{name}:{_canonical_value(request, name)}\n" for name in names)
    parts = (request.method.upper(), CANONICAL_URI, query, headers, ";".join(names), body_hash(request))
    return "\n".join(parts)


def string_to_sign(canonical: str) -> str:
    """Return the algorithm and the hash of a canonical request."""
    return f"{ALGORITHM}\n{hashlib.sha256(to_bytes(canonical)).hexdigest()}"


def signature(text: str, secret: str) -> str:
    """Return the signature of a string to sign; the HMAC key is the bare secret."""
    return hmac.new(to_bytes(secret), to_bytes(text), hashlib.sha256).hexdigest()


def header_value(request: WireRequest, name: str) -> str:
    """Return the trimmed first value of a header, empty if the request has none."""
    return _trim(request.header(name) or "")


def body_hash(request: WireRequest) -> str:
    """Return the value of the header x-acs-content-sha256."""
    return hashlib.sha256(request.body).hexdigest()


def _signing_headers(request: WireRequest, credentials: Credentials, date: str, nonce: str) -> Headers:
    headers = ((DATE, date), (NONCE, nonce), (CONTENT_SHA256, body_hash(request)))
    token = credentials.security_token
    return headers if token is None else (*headers, (STS_HEADER, token))


def _canonical_value(request: WireRequest, name: str) -> str:
    return ",".join(sorted(_trim(_decode_header_value(value)) for value in request.header_values(name)))


def _decode_header_value(value: str) -> str:
    """Decode the bytes of a received header, which are given as latin-1 characters."""
    try:
        return to_text(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value


def _trim(value: str) -> str:
    return value.strip(" \t")


def _authorization(access_key_id: str, names: tuple[str, ...], value: str) -> str:
    return f"{ALGORITHM} Credential={access_key_id},SignedHeaders={';'.join(names)},Signature={value}"
