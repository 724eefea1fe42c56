"""Read requests and response bodies of an archive, leniently: tools leave values out or write them in their own way."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.wire import Headers, WireRequest, header_values
from imagesearch_conformance.redaction import REDACTED
from imagesearch_conformance.settings.target import normalize_endpoint
from imagesearch_conformance.signing.encoding import FORM_MEDIA_TYPE, encode_form

#: The range of statuses (RFC 9110 section 15).
_STATUS_RANGE = range(100, 1000)

#: Maximum duration of an exchange, and the years that its time may have.
_MAX_MILLISECONDS, _PLAUSIBLE_YEARS = 10**6, range(1980, 9000)


def mapping_or_empty(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def text_or_empty(value: Any) -> str:
    """The text, or an empty one; lone surrogates are replaced, so that it can be encoded as UTF-8."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else ""


def parse_status(value: Any) -> int | None:
    """The status, or None for an invalid one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # The comparison comes first: infinite and very long numbers cannot be converted.
    return int(value) if _STATUS_RANGE[0] <= value <= _STATUS_RANGE[-1] else None


def parse_seconds(milliseconds: Any) -> float:
    """The duration in seconds, 0 if unknown; archives write -1 for that."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)):
        return 0.0
    # A very long integer cannot be converted to a float.
    return min(max(milliseconds, 0), _MAX_MILLISECONDS) / 1000 if milliseconds == milliseconds else 0.0  # noqa: PLR0124 NaN


def parse_time(value: Any) -> datetime | None:
    """A time in UTC; None for an invalid one or one without a time zone."""
    try:
        time = datetime.fromisoformat(text_or_empty(value).strip())
        utc = time.astimezone(UTC) if time.tzinfo is not None else None
    except (ValueError, OverflowError):  # times in the years 1 and 9999 may leave the range of datetime
        return None
    return utc if utc is not None and utc.year in _PLAUSIBLE_YEARS else None


_URL_PATTERN = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE | re.DOTALL)

#: Headers that no check needs and that may grant access to something else: their values are redacted on reading.
_SECRET_HEADERS = frozenset({"cookie", "set-cookie", "proxy-authorization", "x-api-key", "x-amz-security-token"})

#: The beginning of an Authorization header with a signature of the gateway; any other is redacted too.
_SIGNATURE_PREFIXES = ("acs", REDACTED.lower())

#: The ports that browsers leave out.
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

_VISIBLE_ASCII = "".join(map(chr, range(0x21, 0x7F)))


class UnreadableEntry(Exception):
    """The reason why an entry has no readable HTTP request."""


def parse_har_request(record: Mapping[str, Any]) -> tuple[str, WireRequest, bool]:
    """The origin, the request, and whether it has the bytes that were sent; raises `UnreadableEntry`."""
    method = text_or_empty(record.get("method"))
    url = _URL_PATTERN.fullmatch(text_or_empty(record.get("url")))
    if not method or url is None:
        raise UnreadableEntry("expected a method and an HTTP URL")
    origin, headers = _parse_origin(url), parse_headers(record.get("headers"))
    target, is_target_exact = _parse_target(url[3], record.get("queryString"))
    body, is_body_exact = _parse_body(mapping_or_empty(record.get("postData")))
    request = WireRequest(method, target, _complete_headers(headers, url[2], record), body)
    return origin, request, is_target_exact and is_body_exact


def _parse_origin(match: re.Match[str]) -> str:
    scheme, authority = match[1].lower(), match[2].rpartition("@")[2].lower()
    address = f"{scheme}://{authority.removesuffix(_DEFAULT_PORTS[scheme])}"
    try:
        return normalize_endpoint(address)
    except InvalidInput as error:
        raise UnreadableEntry(str(error)) from None


def _parse_target(path_and_query: str, query_records: Any) -> tuple[str, bool]:
    """Path and query, and whether the URL has them as they were sent."""
    target = path_and_query if path_and_query.startswith("/") else f"/{path_and_query}"
    quoted = quote(target, safe=_VISIBLE_ASCII)
    pairs = tuple(_parse_pairs(query_records))
    if "?" not in target and pairs:
        return f"{quoted}?{encode_form(pairs)}", False
    return quoted, quoted == target


def parse_headers(records: Any) -> Headers:
    """The headers of a message, without the pseudo-headers of HTTP/2."""
    return tuple(
        (name, _redact_header(name, value))
        for name, value in _parse_pairs(records)
        if name and not name.startswith(":")
    )


def _redact_header(name: str, value: str) -> str:
    lowered = name.lower()
    is_other_scheme = lowered == "authorization" and not value.strip().lower().startswith(_SIGNATURE_PREFIXES)
    return REDACTED if lowered in _SECRET_HEADERS or (is_other_scheme and value) else value


def _complete_headers(headers: Headers, authority: str, record: Mapping[str, Any]) -> Headers:
    """Add the headers that the archive has elsewhere: the host of HTTP/2, and the media type of the body."""
    added: list[tuple[str, str]] = []
    if not header_values(headers, "host"):
        pseudo = next((value for name, value in _parse_pairs(record.get("headers")) if name == ":authority"), None)
        added.append(("host", pseudo or authority.rpartition("@")[2]))
    media_type = text_or_empty(mapping_or_empty(record.get("postData")).get("mimeType"))
    if media_type and not header_values(headers, "content-type"):
        added.append(("content-type", media_type))
    return (*added, *headers)


def _parse_body(post_data: Mapping[str, Any]) -> tuple[bytes, bool]:
    """The body, and whether it has the bytes that were sent."""
    text = post_data.get("text")
    pairs = tuple(_parse_pairs(post_data.get("params")))
    if isinstance(text, str) and (text or not pairs):
        return _decode_request_text(text_or_empty(text), text_or_empty(post_data.get("encoding")).lower())
    if not pairs:
        return b"", text is None
    is_form = text_or_empty(post_data.get("mimeType")).partition(";")[0].strip().lower() in {"", FORM_MEDIA_TYPE}
    return (encode_form(pairs).encode("ascii") if is_form else b""), False


def _decode_request_text(text: str, encoding: str) -> tuple[bytes, bool]:
    if encoding == "base64":
        try:
            return base64.b64decode(text), True
        except (binascii.Error, ValueError):
            return b"", False
    return text.encode("utf-8"), text.isascii() and not encoding


def _parse_pairs(records: Any) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a list of records; skip anything else."""
    for item in records if isinstance(records, list) else ():
        record = mapping_or_empty(item)
        if isinstance(record.get("name"), str):
            yield text_or_empty(record["name"]), text_or_empty(record.get("value"))


#: Maximum size of a body in bytes, against decompression bombs.
MAX_BODY_BYTES = 4 * 1024 * 1024

#: The comment in our own archives on a truncated body.
_TRUNCATED_COMMENT = "only the beginning is kept"

_GZIP_MAGIC = b"\x1f\x8b"

#: Statuses of responses without a body (RFC 9110 section 6.4.1).
_STATUSES_WITHOUT_BODY = frozenset({204, 205, 304})

_BODY_MISSING, _BODY_INCOMPLETE = (
    "the recording lacks the body of the response",
    "the recording has only a part of the response",
)


def parse_response_body(content: Mapping[str, Any], headers: Headers, status: int) -> tuple[bytes, str | None]:
    """The body, and the reason why it cannot be judged."""
    text, size = content.get("text"), content.get("size")
    if not isinstance(text, str):
        is_empty = status in _STATUSES_WITHOUT_BODY or (size == 0 and not isinstance(size, bool) and text is None)
        return b"", None if is_empty else _BODY_MISSING
    raw = _decode_text(text_or_empty(text), text_or_empty(content.get("encoding")).lower())
    if raw is None:
        return b"", "the recording has the body of the response in an unknown encoding"
    body, unusable_reason = _decompress(raw, headers)
    if unusable_reason is None and _is_truncated(body, content, size):
        unusable_reason = _BODY_INCOMPLETE
    if len(body) > MAX_BODY_BYTES:
        return body[:MAX_BODY_BYTES], "the response exceeds the size limit for bodies"
    return body, unusable_reason


def _decode_text(text: str, encoding: str) -> bytes | None:
    if encoding == "base64":
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            return None
    return None if encoding else text.encode("utf-8")


def _decompress(raw: bytes, headers: Headers) -> tuple[bytes, str | None]:
    """Decompress a body if the archive has it compressed."""
    codings = ",".join(header_values(headers, "content-encoding")).lower()
    if not codings.strip(" ,") or codings.strip() == "identity" or _is_text(raw):
        return raw, None
    if "," in codings or codings.strip() not in {"gzip", "x-gzip", "deflate"}:
        return raw, f"the recording has the body of the response compressed ({codings.strip()[:20]})"
    try:
        return _inflate(raw), None
    except zlib.error:
        return raw, "the recording has the body of the response compressed and damaged"


def _is_text(raw: bytes) -> bool:
    """Return whether a body is not compressed: compressed data begins with bytes that no text begins with."""
    return not raw.startswith(_GZIP_MAGIC) and (not raw or raw[:1].isspace() or raw[:1] in b'{["<' or raw.isascii())


def _inflate(raw: bytes) -> bytes:
    """Decompress gzip or zlib data, up to one byte beyond the maximum."""
    return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, MAX_BODY_BYTES + 1)


def _is_truncated(body: bytes, content: Mapping[str, Any], size: Any) -> bool:
    """Return whether the body was longer; its size differs also for text in another encoding."""
    if text_or_empty(content.get("comment")).strip() == _TRUNCATED_COMMENT:
        return True
    was_longer = isinstance(size, (int, float)) and not isinstance(size, bool) and size > len(body)
    return was_longer and not _is_complete_json(body)


def _is_complete_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
