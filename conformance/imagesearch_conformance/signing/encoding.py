"""Parameters and dates as text: RFC 3986 percent-encoding, form data, and yyyy-MM-ddTHH:mm:ssZ.

Bytes that are not UTF-8 become lone surrogates (PEP 383), so that encoding the text again gives the same bytes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote, unquote_to_bytes, urlencode

from imagesearch_conformance.model.wire import WireRequest

#: Names and values in order, with repetitions.
Pairs = tuple[tuple[str, str], ...]

#: The media type of a body that carries parameters.
FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"

#: The unreserved characters of RFC 3986 section 2.3 besides letters and digits.
UNRESERVED_MARKS = "-_.~"


def to_bytes(text: str) -> bytes:
    """Encode as UTF-8, with the undecodable bytes that `to_text` preserved."""
    return text.encode("utf-8", "surrogateescape")


def to_text(raw: bytes) -> str:
    """Decode UTF-8; never fails, and `to_bytes` reverses it."""
    return raw.decode("utf-8", "surrogateescape")


def percent_encode(text: str) -> str:
    """Encode all characters except the unreserved ones of RFC 3986 section 2.3."""
    return quote(to_bytes(text), safe=UNRESERVED_MARKS)


def canonical_query(pairs: Pairs) -> str:
    """Return the encoded parameters sorted by name, then value; both versions sign this text."""
    return "&".join(f"{percent_encode(name)}={percent_encode(value)}" for name, value in sorted(pairs))


def encode_form(pairs: Pairs) -> str:
    """Encode form data as SDKs do: a space becomes a plus sign."""
    return urlencode([(to_bytes(name), to_bytes(value)) for name, value in pairs])


def parse_form(raw: str | bytes) -> Pairs:
    """Parse a raw query or form body; a name without `=` has an empty value."""
    encoded = to_bytes(raw) if isinstance(raw, str) else raw
    return tuple(_parse_pair(pair) for pair in encoded.split(b"&") if pair)


def parameters(request: WireRequest) -> Pairs:
    """Return the parameters of the query, then those of a form body."""
    return parse_form(request.query) + (parse_form(request.body) if _has_form(request) else ())


def _parse_pair(pair: bytes) -> tuple[str, str]:
    name, _, value = pair.partition(b"=")
    return _decode(name), _decode(value)


def _decode(raw: bytes) -> str:
    return to_text(unquote_to_bytes(raw.replace(b"+", b" ")))


def _has_form(request: WireRequest) -> bool:
    media_type = (request.header("content-type") or "").partition(";")[0]
    return media_type.strip().lower() == FORM_MEDIA_TYPE


_DATE_PATTERN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")


def parse_date(text: str) -> datetime | None:
    """Parse a date; None for another format and for a date that does not exist."""
    match = _DATE_PATTERN.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def format_date(time: datetime) -> str:
    """Format a time, which must have a time zone, in UTC without fractions of a second."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
