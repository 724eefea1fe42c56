"""Read requests of an archive, as far as possible with the bytes that were sent."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.wire import Headers, WireRequest, header_values
from imagesearch_conformance.recordings.har_values import mapping_or_empty, text_or_empty
from imagesearch_conformance.redaction import REDACTED
from imagesearch_conformance.settings.endpoint_url import normalize_endpoint
from imagesearch_conformance.signing.encoding import FORM_MEDIA_TYPE, encode_form

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
