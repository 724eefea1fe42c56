"""Encoding of probes: in the call style of the target, signed, and with the tampering that the probe requests."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.protocol import CallStyle
from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.case import Authentication, Identity, Location, Parameters, Probe, Request, Tampering
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.encoding import encode_form, format_date

#: The headers of all requests.
_FIXED_HEADERS = (
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate"),
    ("user-agent", "imagesearch-conformance"),
)

#: A key that does not exist, with a secret that belongs to no key.
_UNKNOWN_CREDENTIALS = Credentials("conformance-no-such-key", "conformance-no-such-secret")

#: The parameter that tampering adds to a signed body or query.
_TAMPERED_PARAMETER = "Tampered=1"


@frozen
class RequestEncoder:
    """Encodes and signs the requests to a target."""

    contract: Contract
    target: Target

    def encode(self, probe: Probe, now: datetime, nonce: str) -> WireRequest:
        """Return the request of a probe, signed at a time (UTC) with a nonce."""
        unsigned = self._encode_unsigned(probe.request)
        key = self._signing_key(probe.authentication)
        if key is None:
            return unsigned
        return _tamper(self._sign(unsigned, key, probe.authentication, now, nonce), probe.authentication)

    def _encode_unsigned(self, request: Request) -> WireRequest:
        style = self.contract.protocol.call_styles[self.target.signature]
        operation = _name_operation(style, request)
        query_parameters = self._query_parameters(request)
        body = encode_form(tuple(pair for pair in request.parameters if pair not in query_parameters))
        query_pairs = (() if style.in_header else operation) + style.extra
        if style.companion_scheme is not None:
            query_pairs += _name_operation(self.contract.protocol.call_styles[style.companion_scheme], request)
        query = encode_form(query_pairs + query_parameters)
        headers = [("host", self.target.authority), *(operation if style.in_header else ()), *_FIXED_HEADERS]
        if request.location is not Location.QUERY:
            headers.append(("content-type", self.contract.protocol.media_type))
        target = f"/?{query}" if query else "/"
        return WireRequest(request.method, target, (*headers, *request.headers), body.encode("ascii"))

    def _query_parameters(self, request: Request) -> Parameters:
        """Return the parameters that are sent in the query: all, or those that the contract sends there."""
        if request.location is Location.QUERY:
            return request.parameters
        names = self.contract.query_parameter_names if request.location is Location.BODY else frozenset()
        return tuple(pair for pair in request.parameters if pair[0] in names)

    def _signing_key(self, authentication: Authentication) -> Credentials | None:
        """Return the key to sign with, None for an unsigned request."""
        own, identity = self.target.credentials, authentication.identity
        if self.target.signature is SignatureScheme.NONE or identity is Identity.UNSIGNED:
            return None
        if own is None:
            raise InternalError("no key to sign the request with")
        if identity is Identity.IMPOSTOR:
            return evolve(own, access_key_secret=_UNKNOWN_CREDENTIALS.access_key_secret)
        if identity is Identity.STRANGER:
            return _UNKNOWN_CREDENTIALS
        return self.target.unauthorized_credentials if identity is Identity.UNAUTHORIZED else own

    def _sign(
        self, request: WireRequest, key: Credentials, authentication: Authentication, now: datetime, nonce: str
    ) -> WireRequest:
        time = now + timedelta(seconds=authentication.skew)
        date = authentication.date.format(time) if authentication.date else format_date(time)
        if self.target.signature is SignatureScheme.V2:
            return v2.sign(request, key, date=date, nonce=nonce)
        omits_header = authentication.tampering is Tampering.UNSIGNED_HEADER
        unsigned_headers = frozenset({self.contract.protocol.signed_header} if omits_header else ())
        return v3.sign(request, key, date=date, nonce=nonce, unsigned_headers=unsigned_headers)


def _name_operation(style: CallStyle, request: Request) -> Parameters:
    """Return the names of a call style for action and version, with the values of the request that are not None."""
    pairs = ((style.action, request.action), (style.version, request.version))
    return tuple((name, value) for name, value in pairs if value is not None)


def _tamper(request: WireRequest, authentication: Authentication) -> WireRequest:
    if authentication.tampering is Tampering.BODY:
        return evolve(request, body=request.body + f"&{_TAMPERED_PARAMETER}".encode("ascii"))
    if authentication.tampering is Tampering.QUERY:
        return request.with_query("&".join(part for part in (request.query, _TAMPERED_PARAMETER) if part))
    return request
