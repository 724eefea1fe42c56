"""The body of a reply as an archive holds it: as text, in base 64, still compressed, cut, or not at all."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any

from imagesearch_conformance.model.wire import Headers, header_values
from imagesearch_conformance.recordings.har_values import text_or_empty

#: The most of a body that is looked at, in bytes: what is longer was made to break its reader.
MAX_BODY_BYTES = 4 * 1024 * 1024

#: What our own archives say of a body that they hold a part of.
_TRUNCATED_COMMENT = "only the beginning is kept"

_GZIP_MAGIC = b"\x1f\x8b"

#: Statuses of replies that have no body (RFC 9110 section 6.4.1).
_STATUSES_WITHOUT_BODY = frozenset({204, 205, 304})

_BODY_MISSING, _BODY_INCOMPLETE = (
    "the recording does not hold the body of the reply",
    "the recording holds only a part of the reply",
)


def parse_response_body(content: Mapping[str, Any], headers: Headers, status: int) -> tuple[bytes, str | None]:
    """The body, and why it cannot be judged."""
    written, size = content.get("text"), content.get("size")
    if not isinstance(written, str):
        known = status in _STATUSES_WITHOUT_BODY or (
            size == 0 and not isinstance(size, bool) and content.get("text") is None
        )
        return b"", None if known else _BODY_MISSING
    raw = _decode_text(text_or_empty(written), text_or_empty(content.get("encoding")).lower())
    if raw is None:
        return b"", "the body of the reply is recorded in a way that is not known"
    body, gap = _decompress(raw, headers)
    if gap is None and _is_truncated(body, content, size):
        gap = _BODY_INCOMPLETE
    return (
        (body, gap)
        if len(body) <= MAX_BODY_BYTES
        else (body[:MAX_BODY_BYTES], "the reply is longer than what is read of one")
    )


def _decode_text(text: str, encoding: str) -> bytes | None:
    if encoding == "base64":
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            return None
    return None if encoding else text.encode("utf-8")


def _decompress(raw: bytes, headers: Headers) -> tuple[bytes, str | None]:
    """A body without the compression that its headers name, where the archive has left it there."""
    codings = ",".join(header_values(headers, "content-encoding")).lower()
    if not codings.strip(" ,") or codings.strip() == "identity" or _is_text(raw):
        return raw, None
    if "," in codings or codings.strip() not in {"gzip", "x-gzip", "deflate"}:
        return raw, f"the body of the reply is recorded compressed ({codings.strip()[:20]})"
    try:
        return _inflate(raw), None
    except zlib.error:
        return raw, "the body of the reply is recorded compressed, and cannot be read"


def _is_text(raw: bytes) -> bool:
    """Whether a body is no longer compressed: what is compressed begins with bytes that no text begins with."""
    return not raw.startswith(_GZIP_MAGIC) and (not raw or raw[:1].isspace() or raw[:1] in b'{["<' or raw.isascii())


def _inflate(raw: bytes) -> bytes:
    """The content of gzip or zlib data, no more than one byte beyond what is looked at."""
    packed = zlib.decompressobj(zlib.MAX_WBITS | 32)
    return packed.decompress(raw, MAX_BODY_BYTES + 1)


def _is_truncated(body: bytes, content: Mapping[str, Any], size: Any) -> bool:
    """Whether more came than is recorded; the size also differs where text came in another encoding."""
    if text_or_empty(content.get("comment")).strip() == _TRUNCATED_COMMENT:
        return True
    longer = isinstance(size, (int, float)) and not isinstance(size, bool) and size > len(body)
    return longer and not _is_complete_json(body)


def _is_complete_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
