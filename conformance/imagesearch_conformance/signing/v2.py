"""Signature V2, also called SignatureVersion 1.0, HMAC-SHA1.

Source: Alibaba Cloud, "RPC mechanism", help.aliyun.com/en/sdk/product-overview/rpc-mechanism. That
parameters of a form body are signed too is what official SDKs and gateways do.
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

#: The one signature method that the documents describe.
METHOD = "HMAC-SHA1"

#: The version of the signature.
VERSION = "1.0"

#: The parameter that names the access key.
ACCESS_KEY_ID = "AccessKeyId"

#: The parameter that names the signature method.
SIGNATURE_METHOD = "SignatureMethod"

#: The parameter that names the version of the signature.
SIGNATURE_VERSION = "SignatureVersion"

#: The number that a client uses once.
NONCE = "SignatureNonce"

#: When the request was signed.
TIMESTAMP = "Timestamp"

#: The token of temporary credentials.
STS_PARAMETER = "SecurityToken"

#: The parameter that carries the signature, the only one that is not signed.
SIGNATURE = "Signature"

#: The path that is signed: an RPC action has no resource, whatever path the request line shows.
CANONICAL_URI = "/"


def sign(request: WireRequest, credentials: Credentials, *, date: str, nonce: str) -> WireRequest:
    """A copy that is signed in its query, over the parameters of query and form body together."""
    dated = _with_parameters(request, _signing_parameters(credentials, date, nonce))
    value = signature(string_to_sign(dated), credentials.access_key_secret)
    return _with_parameters(dated, ((SIGNATURE, value),))


def string_to_sign(request: WireRequest) -> str:
    """The method, the path and every parameter but the signature."""
    signed = tuple(pair for pair in parameters(request) if pair[0] != SIGNATURE)
    return "&".join((request.method.upper(), percent_encode(CANONICAL_URI), percent_encode(canonical_query(signed))))


def signature(text: str, secret: str) -> str:
    """The signature of a string to sign; the key is the secret and an ampersand."""
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
