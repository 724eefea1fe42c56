"""Signature V2, also called SignatureVersion 1.0, HMAC-SHA1.

Source: Alibaba Cloud, "RPC mechanism", help.aliyun.com/en/sdk/product-overview/rpc-mechanism. The documentation does
not mention parameters of a form body; official SDKs and gateways sign them too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import (
    Pairs,
    canonical_query,
    parameters,
    percent_encode,
    to_bytes,
)

#: The only signature method that the documentation describes.
METHOD = "HMAC-SHA1"

#: The version of the signature.
VERSION = "1.0"

#: The parameter that names the access key.
ACCESS_KEY_ID = "AccessKeyId"

#: The parameter that names the signature method.
SIGNATURE_METHOD = "SignatureMethod"

#: The parameter that names the version of the signature.
SIGNATURE_VERSION = "SignatureVersion"

#: The parameter with the nonce.
NONCE = "SignatureNonce"

#: The parameter with the time of signing.
TIMESTAMP = "Timestamp"

#: The parameter with the token of temporary credentials.
STS_PARAMETER = "SecurityToken"

#: The parameter with the signature, the only one that is not signed.
SIGNATURE = "Signature"

#: The signed path, independent of the path of the request, since an RPC action has no resource.
CANONICAL_URI = "/"


def sign(request: WireRequest, credentials: Credentials, *, date: str, nonce: str) -> WireRequest:
    """Return a copy with the signature in the query; it covers the parameters of query and form body."""
    dated = _with_parameters(request, _signing_parameters(credentials, date, nonce))
    value = signature(string_to_sign(dated), credentials.access_key_secret)
    return _with_parameters(dated, ((SIGNATURE, value),))


def string_to_sign(request: WireRequest) -> str:
    """Return the method, the path and all parameters except the signature."""
    signed = tuple(pair for pair in parameters(request) if pair[0] != SIGNATURE)
    return "&".join((request.method.upper(), percent_encode(CANONICAL_URI), percent_encode(canonical_query(signed))))


def signature(text: str, secret: str) -> str:
    """Return the signature of a string to sign; the HMAC key is the secret and an ampersand."""
    digest = hmac.new(to_bytes(f"{secret}&"), to_bytes(text), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")


def _signing_parameters(credentials: Credentials, date: str, nonce: str) -> Pairs:
    pairs = (
        (ACCESS_KEY_ID, credentials.access_key_id),
        (SIGNATURE_METHOD, METHOD),
        (SIGNATURE_VERSION, VERSION),
        (NONCE, nonce),
        (TIMESTAMP, date),
    )
    token = credentials.security_token
    return pairs if token is None else (*pairs, (STS_PARAMETER, token))


def _with_parameters(request: WireRequest, pairs: Pairs) -> WireRequest:
    encoded = "&".join(f"{percent_encode(name)}={percent_encode(value)}" for name, value in pairs)
    return request.with_query(f"{request.query}&{encoded}" if request.query else encoded)
