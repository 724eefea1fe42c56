"""From a probe to the bytes that go out: encoded in the target's call style, signed, tampered with as asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.protocol import Style
from imagesearch_conformance.errors import BrokenSuite
from imagesearch_conformance.model.case import Authentication, Identity, Location, Parameters, Probe, Request, Tampering
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.dates import format_date
from imagesearch_conformance.signing.encoding import encode_form

#: Headers of every request.
_FIXED = (
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate"),
    ("user-agent", "imagesearch-conformance"),
)

#: A key that exists nowhere, and a secret that fits no key.
_STRANGER = Credentials("conformance-no-such-key", "conformance-no-such-secret")

#: What tampering adds to a signed body or query.
_ADDED = "Tampered=1"


@frozen
class Envelope:
    """What goes around the parameters of a target's requests."""

    contract: Contract
    target: Target

    def outgoing(self, probe: Probe, now: datetime, nonce: str) -> WireRequest:
        """The signed request of a probe as of a moment (UTC), with a nonce."""
        plain = self._encoded(probe.request)
        key = self._key(probe.authentication)
        if key is None:
            return plain
        return _tampered(self._signed(plain, key, probe.authentication, now, nonce), probe.authentication)

    def _encoded(self, request: Request) -> WireRequest:
        style = self.contract.protocol.styles[self.target.signature]
        named = [(style.action, request.action), (style.version, request.version)]
        naming = [(name, value) for name, value in named if value is not None]
        in_query = [*([] if style.in_header else naming), *style.extra, *self._also(style, request)]
        beside = self._of_query(request)
        body = encode_form(tuple(pair for pair in request.parameters if pair not in beside))
        query = encode_form((*in_query, *beside))
        headers = [("host", self.target.authority), *(naming if style.in_header else []), *_FIXED]
        if request.location is not Location.QUERY:
            headers.append(("content-type", self.contract.protocol.media_type))
        target = f"/?{query}" if query else "/"
        return WireRequest(request.method, target, (*headers, *request.headers), body.encode("ascii"))

    def _of_query(self, request: Request) -> Parameters:
        """The parameters that travel in the query: all, or those that the contract sends there."""
        if request.location is Location.QUERY:
            return request.parameters
        sent_there = self.contract.sent_in_query if request.location is Location.BODY else frozenset()
        return tuple(pair for pair in request.parameters if pair[0] in sent_there)

    def _also(self, style: Style, request: Request) -> list[tuple[str, str]]:
        """The operation once more, as another style names it."""
        if style.also is None:
            return []
        other = self.contract.protocol.styles[style.also]
        named = ((other.action, request.action), (other.version, request.version))
        return [(name, value) for name, value in named if value is not None]

    def _key(self, authentication: Authentication) -> Credentials | None:
        """The key to sign with; None leaves the request unsigned."""
        own, identity = self.target.credentials, authentication.identity
        if self.target.signature is SignatureScheme.NONE or identity is Identity.NOBODY:
            return None
        if own is None:
            raise BrokenSuite("a request is to be signed and there is no key")
        if identity is Identity.IMPOSTOR:
            return evolve(own, access_key_secret=_STRANGER.access_key_secret)
        if identity is Identity.STRANGER:
            return _STRANGER
        return self.target.unauthorized if identity is Identity.UNAUTHORIZED else own

    def _signed(
        self, request: WireRequest, key: Credentials, authentication: Authentication, now: datetime, nonce: str
    ) -> WireRequest:
        moment = now + timedelta(seconds=authentication.skew)
        date = authentication.date.format(moment) if authentication.date else format_date(moment)
        if self.target.signature is SignatureScheme.V2:
            return v2.sign(request, key, date=date, nonce=nonce)
        left_out = authentication.tampering is Tampering.UNSIGNED_HEADER
        unsigned = frozenset({self.contract.protocol.signed_header} if left_out else ())
        return v3.sign(request, key, date=date, nonce=nonce, unsigned=unsigned)


def _tampered(request: WireRequest, authentication: Authentication) -> WireRequest:
    if authentication.tampering is Tampering.BODY:
        return evolve(request, body=request.body + f"&{_ADDED}".encode("ascii"))
    if authentication.tampering is Tampering.QUERY:
        return request.with_query("&".join(part for part in (request.query, _ADDED) if part))
    return request
