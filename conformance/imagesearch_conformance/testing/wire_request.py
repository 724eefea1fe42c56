"""Requests that were prepared and not sent, as the bytes that they would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import to_text

if TYPE_CHECKING:
    from requests import PreparedRequest  # only its shape counts here

#: The port that a scheme means anyway.
DEFAULT_PORTS = {"http": 80, "https": 443}


def endpoint_from_url(url: str) -> str:
    """The scheme and host of a URL; the port that the scheme means anyway is left out."""
    split = urlsplit(url)
    host = split.hostname or ""
    port = "" if split.port in {None, DEFAULT_PORTS.get(split.scheme)} else f":{split.port}"
    return f"{split.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def wire_request_from_prepared(request: PreparedRequest) -> WireRequest:
    """What a request of `requests` would be."""
    return build_wire_request(request.method or "", str(request.url), request.headers, request.body)


def build_wire_request(method: str, url: str, headers: Mapping[str, Any], body: Any) -> WireRequest:
    """A request of these parts; a Host header is made where there is none, as whoever sends it does."""
    split = urlsplit(url)
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    given = tuple((_header_text(name), _header_text(value)) for name, value in headers.items())
    if split.netloc and not any(name.lower() == "host" for name, _ in given):
        given = (("Host", urlsplit(endpoint_from_url(url)).netloc), *given)
    return WireRequest(method, target, given, encode_body(body))


def encode_body(body: Any) -> bytes:
    """The bytes of a body, whatever it was given as; text travels as UTF-8, names and values as a form."""
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
