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

#: The one algorithm of V3 that the documents describe.
ALGORITHM = "ACS3-HMAC-SHA256"

#: The header that carries the signature.
AUTHORIZATION = "authorization"

#: When the request was signed.
DATE = "x-acs-date"

#: The number that a client uses once.
NONCE = "x-acs-signature-nonce"

#: The SHA-256 of the body, in lower-case hexadecimal.
CONTENT_SHA256 = "x-acs-content-sha256"

#: The token of temporary credentials.
STS_HEADER = "x-acs-security-token"

#: How the names of the protocol's own headers begin.
HEADER_PREFIX = "x-acs-"

#: Headers that must be signed besides the protocol's own, where the request has them.
OTHER_SIGNED_HEADERS = frozenset({"host", "content-type"})

#: The path that is signed: an RPC action has no resource, whatever path the request line shows.
CANONICAL_URI = "/"


def sign(
    request: WireRequest,
    credentials: Credentials,
    *,
    date: str,
    nonce: str,
    unsigned_headers: frozenset[str] = frozenset(),
) -> WireRequest:
    """A copy that is signed; headers named in `unsigned` are sent but left out of the signature."""
    dated = request.with_headers(*_signing_headers(request, credentials, date, nonce))
    left_out = {name.lower() for name in unsigned_headers}
    names = tuple(name for name in mandatory_headers(dated) if name not in left_out)
    value = signature(string_to_sign(canonical_request(dated, names)), credentials.access_key_secret)
    return dated.with_headers(("Authorization", _authorization(credentials.access_key_id, names, value)))


def mandatory_headers(request: WireRequest) -> tuple[str, ...]:
    """The names of the request's headers that have to be signed, lower-case and sorted."""
    names = {name.lower() for name, _ in request.headers}
    return tuple(sorted(name for name in names if name.startswith(HEADER_PREFIX) or name in OTHER_SIGNED_HEADERS))


def canonical_request(request: WireRequest, signed_headers: Iterable[str]) -> str:
    """The request in the form that is hashed, with exactly these headers."""
    names = sorted({name.lower() for name in signed_headers})
    query = canonical_query(parse_form(request.query))
    headers = "".join(f"{name}:{_canonical_value(request, name)}\n" for name in names)
    parts = (request.method.upper(), CANONICAL_URI, query, headers, ";".join(names), body_hash(request))
    return "\n".join(parts)


def string_to_sign(canonical: str) -> str:
    """The algorithm and the hash of a canonical request."""
    return f"{ALGORITHM}\n{hashlib.sha256(to_bytes(canonical)).hexdigest()}"


def signature(text: str, secret: str) -> str:
    """The signature of a string to sign; the key is the bare secret."""
    return hmac.new(to_bytes(secret), to_bytes(text), hashlib.sha256).hexdigest()


def header_value(request: WireRequest, name: str) -> str:
    """The trimmed first value of a header, empty when there is none."""
    return _trim(request.header(name) or "")


def body_hash(request: WireRequest) -> str:
    """What the header x-acs-content-sha256 has to say."""
    return hashlib.sha256(request.body).hexdigest()


def _signing_headers(request: WireRequest, credentials: Credentials, date: str, nonce: str) -> Headers:
    headers = ((DATE, date), (NONCE, nonce), (CONTENT_SHA256, body_hash(request)))
    token = credentials.security_token
    return headers if token is None else (*headers, (STS_HEADER, token))


def _canonical_value(request: WireRequest, name: str) -> str:
    return ",".join(sorted(_trim(_decode_header_value(value)) for value in request.header_values(name)))


def _decode_header_value(value: str) -> str:
    """A header whose every byte is a character, as it is received, with the text that its bytes are."""
    try:
        return to_text(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value


def _trim(value: str) -> str:
    return value.strip(" \t")


def _authorization(access_key_id: str, names: tuple[str, ...], value: str) -> str:
    return f"{ALGORITHM} Credential={access_key_id},SignedHeaders={';'.join(names)},Signature={value}"
