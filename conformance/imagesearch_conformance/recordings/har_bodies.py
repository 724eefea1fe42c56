"""Read response bodies of an archive: text or base64, compressed, truncated or missing."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any

from imagesearch_conformance.model.wire import Headers, header_values
from imagesearch_conformance.recordings.har_values import text_or_empty

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
