"""Parameters as text: RFC 3986 percent encoding and form data.

Text that came from bytes which are not UTF-8 holds those bytes as lone surrogates (PEP 383), so
that encoding it again gives the same bytes.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urlencode

from imagesearch_conformance.model.wire import WireRequest

#: Names and values in the order they came, repeats kept.
Pairs = tuple[tuple[str, str], ...]

#: The media type of a body whose parameters take part in the protocol.
FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"

#: What RFC 3986 section 2.3 leaves unencoded besides letters and digits.
UNRESERVED_MARKS = "-_.~"


def to_bytes(text: str) -> bytes:
    """UTF-8, with the undecodable bytes that `to_text` kept."""
    return text.encode("utf-8", "surrogateescape")


def to_text(raw: bytes) -> str:
    """Text from UTF-8; never fails, and `to_bytes` undoes it."""
    return raw.decode("utf-8", "surrogateescape")


def percent_encode(text: str) -> str:
    """Encodes everything but the unreserved characters of RFC 3986 section 2.3."""
    return quote(to_bytes(text), safe=UNRESERVED_MARKS)


def canonical_query(pairs: Pairs) -> str:
    """The parameters sorted by name, then value, and encoded; what both versions sign."""
    return "&".join(f"{percent_encode(name)}={percent_encode(value)}" for name, value in sorted(pairs))


def encode_form(pairs: Pairs) -> str:
    """Form data as SDKs write it: a space becomes a plus sign."""
    return urlencode([(to_bytes(name), to_bytes(value)) for name, value in pairs])


def parse_form(raw: str | bytes) -> Pairs:
    """The names and values of a raw query or form body; a name without `=` has a blank value."""
    octets = to_bytes(raw) if isinstance(raw, str) else raw
    return tuple(_parse_pair(piece) for piece in octets.split(b"&") if piece)


@lru_cache(maxsize=1024)
def parameters(request: WireRequest) -> Pairs:
    """The parameters of a request: those of the query, then those of a form body."""
    return parse_form(request.query) + (parse_form(request.body) if _has_form(request) else ())


def _parse_pair(piece: bytes) -> tuple[str, str]:
    name, _, value = piece.partition(b"=")
    return _decode(name), _decode(value)


def _decode(raw: bytes) -> str:
    return to_text(unquote_to_bytes(raw.replace(b"+", b" ")))


def _has_form(request: WireRequest) -> bool:
    media_type = (request.header("content-type") or "").partition(";")[0]
    return media_type.strip().lower() == FORM_MEDIA_TYPE
