"""From a probe to the bytes that go out: encoded in the target's call style, signed, tampered with as asked."""

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
from imagesearch_conformance.signing.dates import format_date
from imagesearch_conformance.signing.encoding import encode_form

#: Headers of every request.
_FIXED_HEADERS = (
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate"),
    ("user-agent", "imagesearch-conformance"),
)

#: A key that exists nowhere, and a secret that fits no key.
_UNKNOWN_CREDENTIALS = Credentials("conformance-no-such-key", "conformance-no-such-secret")

#: What tampering adds to a signed body or query.
_TAMPERED_PARAMETER = "Tampered=1"


@frozen
class RequestEncoder:
    """What goes around the parameters of a target's requests."""

    contract: Contract
    target: Target

    def encode(self, probe: Probe, now: datetime, nonce: str) -> WireRequest:
        """The signed request of a probe as of a moment (UTC), with a nonce."""
        plain = self._encode_unsigned(probe.request)
        key = self._signing_key(probe.authentication)
        if key is None:
            return plain
        return _tamper(self._sign(plain, key, probe.authentication, now, nonce), probe.authentication)

    def _encode_unsigned(self, request: Request) -> WireRequest:
        style = self.contract.protocol.call_styles[self.target.signature]
        named = [(style.action, request.action), (style.version, request.version)]
        naming = [(name, value) for name, value in named if value is not None]
        in_query = [*([] if style.in_header else naming), *style.extra, *self._other_style_parameters(style, request)]
        beside = self._query_parameters(request)
        body = encode_form(tuple(pair for pair in request.parameters if pair not in beside))
        query = encode_form((*in_query, *beside))
        headers = [("host", self.target.authority), *(naming if style.in_header else []), *_FIXED_HEADERS]
        if request.location is not Location.QUERY:
            headers.append(("content-type", self.contract.protocol.media_type))
        target = f"/?{query}" if query else "/"
        return WireRequest(request.method, target, (*headers, *request.headers), body.encode("ascii"))

    def _query_parameters(self, request: Request) -> Parameters:
        """The parameters that travel in the query: all, or those that the contract sends there."""
        if request.location is Location.QUERY:
            return request.parameters
        sent_there = self.contract.query_parameter_names if request.location is Location.BODY else frozenset()
        return tuple(pair for pair in request.parameters if pair[0] in sent_there)

    def _other_style_parameters(self, style: CallStyle, request: Request) -> list[tuple[str, str]]:
        """The operation once more, as another style names it."""
        if style.companion_scheme is None:
            return []
        other = self.contract.protocol.call_styles[style.companion_scheme]
        named = ((other.action, request.action), (other.version, request.version))
        return [(name, value) for name, value in named if value is not None]

    def _signing_key(self, authentication: Authentication) -> Credentials | None:
        """The key to sign with; None leaves the request unsigned."""
        own, identity = self.target.credentials, authentication.identity
        if self.target.signature is SignatureScheme.NONE or identity is Identity.UNSIGNED:
            return None
        if own is None:
            raise InternalError("a request is to be signed and there is no key")
        if identity is Identity.IMPOSTOR:
            return evolve(own, access_key_secret=_UNKNOWN_CREDENTIALS.access_key_secret)
        if identity is Identity.STRANGER:
            return _UNKNOWN_CREDENTIALS
        return self.target.unauthorized_credentials if identity is Identity.UNAUTHORIZED else own

    def _sign(
        self, request: WireRequest, key: Credentials, authentication: Authentication, now: datetime, nonce: str
    ) -> WireRequest:
        moment = now + timedelta(seconds=authentication.skew)
        date = authentication.date.format(moment) if authentication.date else format_date(moment)
        if self.target.signature is SignatureScheme.V2:
            return v2.sign(request, key, date=date, nonce=nonce)
        left_out = authentication.tampering is Tampering.UNSIGNED_HEADER
        unsigned = frozenset({self.contract.protocol.signed_header} if left_out else ())
        return v3.sign(request, key, date=date, nonce=nonce, unsigned_headers=unsigned)


def _tamper(request: WireRequest, authentication: Authentication) -> WireRequest:
    if authentication.tampering is Tampering.BODY:
        return evolve(request, body=request.body + f"&{_TAMPERED_PARAMETER}".encode("ascii"))
    if authentication.tampering is Tampering.QUERY:
        return request.with_query("&".join(part for part in (request.query, _TAMPERED_PARAMETER) if part))
    return request
