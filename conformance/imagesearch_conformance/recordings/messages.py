"""A request of an archive as the bytes that were sent, as far as the archive tells."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.exchanges import REDACTED
from imagesearch_conformance.model.wire import Headers, WireRequest, header_values
from imagesearch_conformance.recordings.pieces import table, text
from imagesearch_conformance.settings.endpoint import checked_endpoint
from imagesearch_conformance.signing.encoding import FORM_MEDIA_TYPE, encode_form

_ADDRESS = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE | re.DOTALL)

#: What is never looked at and may be the key to something else: its value is forgotten while it is read.
_PRIVATE = frozenset({"cookie", "set-cookie", "proxy-authorization", "x-api-key", "x-amz-security-token"})

#: How a header begins that holds a signature of the gateway; in any other form it is private as well.
_SIGNATURES = ("acs", REDACTED.lower())

#: The ports that browsers leave out.
_PORTS = {"http": ":80", "https": ":443"}

_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


class Unreadable(Exception):
    """An entry holds no request over HTTP, for this reason."""


def request_of(written: Mapping[str, Any]) -> tuple[str, WireRequest, bool]:
    """Where a request went, the request, and whether these are the bytes that were sent; raises Unreadable."""
    method = text(written.get("method"))
    found = _ADDRESS.fullmatch(text(written.get("url")))
    if not method or found is None:
        raise Unreadable("it has no method and no address of HTTP")
    origin, headers = _origin(found), headers_of(written.get("headers"))
    target, exact = _target(found[3], written.get("queryString"))
    body, whole = _body(table(written.get("postData")))
    return origin, WireRequest(method, target, _completed(headers, found[2], written), body), exact and whole


def _origin(found: re.Match[str]) -> str:
    scheme, authority = found[1].lower(), found[2].rpartition("@")[2].lower()
    address = f"{scheme}://{authority.removesuffix(_PORTS[scheme])}"
    try:
        return checked_endpoint(address)
    except BadInput as problem:
        raise Unreadable(str(problem)) from None


def _target(rest: str, listed: Any) -> tuple[str, bool]:
    """Path and query, and whether they stand in the address as they were sent."""
    target = rest if rest.startswith("/") else f"/{rest}"
    plain = quote(target, safe=_VISIBLE)
    pairs = tuple(_pairs(listed))
    if "?" not in target and pairs:
        return f"{plain}?{encode_form(pairs)}", False
    return plain, plain == target


def headers_of(written: Any) -> Headers:
    """The headers of a message, without those that HTTP/2 makes of the first line."""
    return tuple((name, _kept(name, value)) for name, value in _pairs(written) if name and not name.startswith(":"))


def _kept(name: str, value: str) -> str:
    """The value of a header, or what stands in its place."""
    lowered = name.lower()
    foreign = lowered == "authorization" and not value.strip().lower().startswith(_SIGNATURES)
    return REDACTED if lowered in _PRIVATE or (foreign and value) else value


def _completed(headers: Headers, authority: str, written: Mapping[str, Any]) -> Headers:
    """The headers with those that the archive tells elsewhere: the host over HTTP/2, the type of the body."""
    added: list[tuple[str, str]] = []
    if not header_values(headers, "host"):
        named = next((value for name, value in _pairs(written.get("headers")) if name == ":authority"), None)
        added.append(("host", named or authority.rpartition("@")[2]))
    declared = text(table(written.get("postData")).get("mimeType"))
    if declared and not header_values(headers, "content-type"):
        added.append(("content-type", declared))
    return (*added, *headers)


def _body(written: Mapping[str, Any]) -> tuple[bytes, bool]:
    """The body, and whether it has the bytes that were sent."""
    given = written.get("text")
    pairs = tuple(_pairs(written.get("params")))
    if isinstance(given, str) and (given or not pairs):
        return _decoded(text(given), text(written.get("encoding")).lower())
    if not pairs:
        return b"", given is None
    form = text(written.get("mimeType")).partition(";")[0].strip().lower() in {"", FORM_MEDIA_TYPE}
    return (encode_form(pairs).encode("ascii") if form else b""), False


def _decoded(given: str, encoding: str) -> tuple[bytes, bool]:
    if encoding == "base64":
        try:
            return base64.b64decode(given), True
        except (binascii.Error, ValueError):
            return b"", False
    return given.encode("utf-8"), given.isascii() and not encoding


def _pairs(written: Any) -> Iterator[tuple[str, str]]:
    """The names and values of a list of records; what is no record is passed over."""
    for one in written if isinstance(written, list) else ():
        record = table(one)
        if isinstance(record.get("name"), str):
            yield text(record["name"]), text(record.get("value"))
