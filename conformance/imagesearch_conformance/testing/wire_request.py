"""Conversion of prepared requests to the bytes on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import to_text

if TYPE_CHECKING:
    from requests import PreparedRequest  # heavy, and only a type here

#: The default port of each scheme.
DEFAULT_PORTS = {"http": 80, "https": 443}


def endpoint_from_url(url: str) -> str:
    """Return the scheme and host of a URL, without the default port."""
    split = urlsplit(url)
    host = split.hostname or ""
    port = "" if split.port in {None, DEFAULT_PORTS.get(split.scheme)} else f":{split.port}"
    return f"{split.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def wire_request_from_prepared(request: PreparedRequest) -> WireRequest:
    """Return a request of the `requests` library as it would be sent."""
    return build_wire_request(request.method or "", str(request.url), request.headers, request.body)


def build_wire_request(method: str, url: str, headers: Mapping[str, Any], body: Any) -> WireRequest:
    """Build a request; without a Host header, add that of the URL, as HTTP clients do."""
    split = urlsplit(url)
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    header_list = tuple((_header_text(name), _header_text(value)) for name, value in headers.items())
    if split.netloc and not any(name.lower() == "host" for name, _ in header_list):
        header_list = (("Host", urlsplit(endpoint_from_url(url)).netloc), *header_list)
    return WireRequest(method, target, header_list, encode_body(body))


def encode_body(body: Any) -> bytes:
    """Return the bytes of a body: text as UTF-8, a mapping as a form, files and iterables by their content."""
    if body is None:
        return b""
    if isinstance(body, Mapping):
        return urlencode(body).encode()
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if hasattr(body, "read"):
        return encode_body(body.read())
    return b"".join(encode_body(piece) for piece in body)


def _header_text(value: str | bytes) -> str:
    return to_text(value) if isinstance(value, bytes) else str(value)
