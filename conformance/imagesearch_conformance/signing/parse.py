"""Parsing of the signature of a received request, without verification."""

from __future__ import annotations

from attrs import field, frozen

from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.encoding import parameters

#: The parts of a V3 Authorization header, in order.
CREDENTIAL, SIGNED_HEADERS, SIGNATURE = AUTHORIZATION_PARTS = ("Credential", "SignedHeaders", "Signature")

#: The headers that V3 requires besides Authorization.
V3_HEADERS = (v3.DATE, v3.NONCE, v3.CONTENT_SHA256)

#: The parameters that V2 requires.
V2_PARAMETERS = (
    v2.ACCESS_KEY_ID,
    v2.SIGNATURE_METHOD,
    v2.SIGNATURE_VERSION,
    v2.NONCE,
    v2.TIMESTAMP,
    v2.SIGNATURE,
)

#: The prefix of all V3 algorithms, including undocumented ones.
_V3_ALGORITHM_PREFIX = "ACS3-"


@frozen
class SignatureParts:
    """A complete signature; `algorithm` is the V3 algorithm or the V2 SignatureMethod.

    `version` is the V2 SignatureVersion; `signed_headers` is empty in V2.
    """

    scheme: SignatureScheme
    algorithm: str
    access_key_id: str
    signature: str = field(repr=False)
    date: str
    nonce: str
    signed_headers: tuple[str, ...] = ()
    security_token: str | None = field(default=None, repr=False)
    version: str | None = None

    @property
    def is_supported(self) -> bool:
        """Return whether the documentation describes the algorithm (and in V2 the version)."""
        if self.scheme is SignatureScheme.V3:
            return self.algorithm == v3.ALGORITHM
        return (self.algorithm, self.version) == (v2.METHOD, v2.VERSION)


@frozen
class IncompleteSignature:
    """A signature with missing or empty parts.

    `missing` are names of parts of the Authorization header, of headers, or of parameters. An Authorization header that
    cannot be parsed lacks all its parts.
    """

    scheme: SignatureScheme
    missing: tuple[str, ...]

    @property
    def has_malformed_header(self) -> bool:
        """Return whether the Authorization header itself is incomplete."""
        return self.scheme is SignatureScheme.V3 and any(name in AUTHORIZATION_PARTS for name in self.missing)


@frozen
class Unsigned:
    """A request without a signature."""


ParsedSignature = SignatureParts | IncompleteSignature | Unsigned


def parse_signature(request: WireRequest) -> ParsedSignature:
    """Parse the signature of a request; an ACS3 Authorization header takes precedence over V2 parameters."""
    algorithm, parts = _parse_authorization(request)
    if algorithm.startswith(_V3_ALGORITHM_PREFIX):
        return _parse_v3(request, algorithm, parts)
    first_values = dict(reversed(parameters(request)))
    if any(name in first_values for name in V2_PARAMETERS):
        return _parse_v2(first_values)
    if request.header(v3.AUTHORIZATION):
        return IncompleteSignature(SignatureScheme.V3, AUTHORIZATION_PARTS)
    return Unsigned()


def _parse_authorization(request: WireRequest) -> tuple[str, dict[str, str]]:
    algorithm, _, rest = v3.header_value(request, v3.AUTHORIZATION).partition(" ")
    parts = (part.partition("=") for part in rest.split(","))
    return algorithm, {name: value for name, _, value in parts}


def _parse_v3(request: WireRequest, algorithm: str, parts: dict[str, str]) -> SignatureParts | IncompleteSignature:
    values = parts | {name: v3.header_value(request, name) for name in V3_HEADERS}
    missing = _missing_names(values, AUTHORIZATION_PARTS + V3_HEADERS)
    if missing:
        return IncompleteSignature(SignatureScheme.V3, missing)
    return SignatureParts(
        scheme=SignatureScheme.V3,
        algorithm=algorithm,
        access_key_id=values[CREDENTIAL],
        signature=values[SIGNATURE],
        date=values[v3.DATE],
        nonce=values[v3.NONCE],
        signed_headers=tuple(values[SIGNED_HEADERS].split(";")),
        security_token=request.header(v3.STS_HEADER),
    )


def _parse_v2(values: dict[str, str]) -> SignatureParts | IncompleteSignature:
    missing = _missing_names(values, V2_PARAMETERS)
    if missing:
        return IncompleteSignature(SignatureScheme.V2, missing)
    return SignatureParts(
        scheme=SignatureScheme.V2,
        algorithm=values[v2.SIGNATURE_METHOD],
        access_key_id=values[v2.ACCESS_KEY_ID],
        signature=values[v2.SIGNATURE],
        date=values[v2.TIMESTAMP],
        nonce=values[v2.NONCE],
        security_token=values.get(v2.STS_PARAMETER),
        version=values[v2.SIGNATURE_VERSION],
    )


def _missing_names(values: dict[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if not values.get(name))
