"""A request of an archive as the bytes that were sent, as far as the archive tells."""

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
from imagesearch_conformance.settings.target import normalize_endpoint
from imagesearch_conformance.signing.encoding import FORM_MEDIA_TYPE, encode_form

_URL_PATTERN = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE | re.DOTALL)

#: What is never looked at and may be the key to something else: its value is forgotten while it is read.
_SECRET_HEADERS = frozenset({"cookie", "set-cookie", "proxy-authorization", "x-api-key", "x-amz-security-token"})

#: How a header begins that holds a signature of the gateway; in any other form it is private as well.
_SIGNATURE_PREFIXES = ("acs", REDACTED.lower())

#: The ports that browsers leave out.
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

_VISIBLE_ASCII = "".join(map(chr, range(0x21, 0x7F)))


class UnreadableEntry(Exception):
    """An entry holds no request over HTTP, for this reason."""


def parse_har_request(record: Mapping[str, Any]) -> tuple[str, WireRequest, bool]:
    """Where a request went, the request, and whether these are the bytes that were sent; raises Unreadable."""
    method = text_or_empty(record.get("method"))
    found = _URL_PATTERN.fullmatch(text_or_empty(record.get("url")))
    if not method or found is None:
        raise UnreadableEntry("it has no method and no address of HTTP")
    origin, headers = _parse_origin(found), parse_headers(record.get("headers"))
    target, exact = _parse_target(found[3], record.get("queryString"))
    body, whole = _parse_body(mapping_or_empty(record.get("postData")))
    return origin, WireRequest(method, target, _complete_headers(headers, found[2], record), body), exact and whole


def _parse_origin(match: re.Match[str]) -> str:
    scheme, authority = match[1].lower(), match[2].rpartition("@")[2].lower()
    address = f"{scheme}://{authority.removesuffix(_DEFAULT_PORTS[scheme])}"
    try:
        return normalize_endpoint(address)
    except InvalidInput as problem:
        raise UnreadableEntry(str(problem)) from None


def _parse_target(path_and_query: str, query_records: Any) -> tuple[str, bool]:
    """Path and query, and whether they stand in the address as they were sent."""
    target = path_and_query if path_and_query.startswith("/") else f"/{path_and_query}"
    plain = quote(target, safe=_VISIBLE_ASCII)
    pairs = tuple(_parse_pairs(query_records))
    if "?" not in target and pairs:
        return f"{plain}?{encode_form(pairs)}", False
    return plain, plain == target


def parse_headers(records: Any) -> Headers:
    """The headers of a message, without those that HTTP/2 makes of the first line."""
    return tuple(
        (name, _redact_header(name, value))
        for name, value in _parse_pairs(records)
        if name and not name.startswith(":")
    )


def _redact_header(name: str, value: str) -> str:
    """The value of a header, or what stands in its place."""
    lowered = name.lower()
    foreign = lowered == "authorization" and not value.strip().lower().startswith(_SIGNATURE_PREFIXES)
    return REDACTED if lowered in _SECRET_HEADERS or (foreign and value) else value


def _complete_headers(headers: Headers, authority: str, record: Mapping[str, Any]) -> Headers:
    """The headers with those that the archive tells elsewhere: the host over HTTP/2, the type of the body."""
    added: list[tuple[str, str]] = []
    if not header_values(headers, "host"):
        named = next((value for name, value in _parse_pairs(record.get("headers")) if name == ":authority"), None)
        added.append(("host", named or authority.rpartition("@")[2]))
    declared = text_or_empty(mapping_or_empty(record.get("postData")).get("mimeType"))
    if declared and not header_values(headers, "content-type"):
        added.append(("content-type", declared))
    return (*added, *headers)


def _parse_body(post_data: Mapping[str, Any]) -> tuple[bytes, bool]:
    """The body, and whether it has the bytes that were sent."""
    given = post_data.get("text")
    pairs = tuple(_parse_pairs(post_data.get("params")))
    if isinstance(given, str) and (given or not pairs):
        return _decode_text(text_or_empty(given), text_or_empty(post_data.get("encoding")).lower())
    if not pairs:
        return b"", given is None
    form = text_or_empty(post_data.get("mimeType")).partition(";")[0].strip().lower() in {"", FORM_MEDIA_TYPE}
    return (encode_form(pairs).encode("ascii") if form else b""), False


def _decode_text(text: str, encoding: str) -> tuple[bytes, bool]:
    if encoding == "base64":
        try:
            return base64.b64decode(text), True
        except (binascii.Error, ValueError):
            return b"", False
    return text.encode("utf-8"), text.isascii() and not encoding


def _parse_pairs(records: Any) -> Iterator[tuple[str, str]]:
    """The names and values of a list of records; what is no record is passed over."""
    for one in records if isinstance(records, list) else ():
        record = mapping_or_empty(one)
        if isinstance(record.get("name"), str):
            yield text_or_empty(record["name"]), text_or_empty(record.get("value"))
