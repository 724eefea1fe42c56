"""Scripts: the bytes, pauses and connection ends that answer requests, and constructors of responses."""

from __future__ import annotations

import gzip
from enum import StrEnum
from http import HTTPStatus
from itertools import pairwise

from attrs import evolve, frozen

from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.wire import Headers, WireResponse, header_values

_TRANSFER_ENCODING = "transfer-encoding"

_NO_RESPONSE = WireResponse(0)

#: Statuses whose responses have no body, and so no length (RFC 9110 section 6.4.1).
_STATUSES_WITHOUT_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


@frozen
class Pause:
    """Sends nothing for some seconds."""

    seconds: float


@frozen
class Stall:
    """Sends nothing more until the client disconnects or the next script starts."""


Piece = bytes | Pause | Stall


class ConnectionEnd(StrEnum):
    """The end of a connection after the last piece."""

    KEEP = "keep"  #: it may carry the next request
    CLOSE = "close"
    RESET = "reset"  #: closed with a RST


@frozen
class ScriptedResponse:
    """The pieces sent in response to one request; `wire` is what they amount to, for checks and reports.

    Without a response, `wire` has status 0.
    """

    pieces: tuple[Piece, ...]
    wire: WireResponse
    end: ConnectionEnd = ConnectionEnd.KEEP


@frozen
class Script:
    """The n-th request gets the n-th response, later ones the last; `other_responses` are those of the other host."""

    responses: tuple[ScriptedResponse, ...]
    other_responses: tuple[ScriptedResponse, ...] = ()


def complete_response(
    status: int, headers: Headers = (), body: bytes = b"", end: ConnectionEnd = ConnectionEnd.KEEP
) -> ScriptedResponse:
    """Return a response with its Content-Length, unless the headers have one; `end` sets Connection: close."""
    return _response_with_length(status, headers, body, body, end)


def gzip_response(status: int, headers: Headers, body: bytes) -> ScriptedResponse:
    """Return a complete response whose body is compressed."""
    return _response_with_length(status, (*headers, ("Content-Encoding", "gzip")), gzip.compress(body, mtime=0), body)


def chunked_response(status: int, headers: Headers, body: bytes, chunk_size: int) -> ScriptedResponse:
    """Return a complete response without a length, sent in chunks of `chunk_size` bytes."""
    headers = (*headers, (_TRANSFER_ENCODING.title(), "chunked"))
    parts = [body[start : start + chunk_size] for start in range(0, len(body), chunk_size)]
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b"")]
    return ScriptedResponse((_encode_head(status, headers), *chunks), WireResponse(status, headers, body))


def without_chunks(response: ScriptedResponse) -> ScriptedResponse:
    """Return the response without chunked encoding (for HTTP/1.0 clients); other responses unchanged."""
    wire = response.wire
    if wire.header(_TRANSFER_ENCODING) is None:
        return response
    headers = tuple((name, value) for name, value in wire.headers if name.lower() != _TRANSFER_ENCODING)
    return complete_response(wire.status, headers, wire.body, ConnectionEnd.CLOSE)


def redirect_response(status: int, location: str) -> ScriptedResponse:
    return complete_response(status, (("Location", location),))


def truncated_response(
    status: int, headers: Headers, body: bytes, kept_bytes: int, end: ConnectionEnd = ConnectionEnd.CLOSE
) -> ScriptedResponse:
    """Return a response that declares the whole body and ends after `kept_bytes` of it."""
    if kept_bytes >= len(body) or end is ConnectionEnd.KEEP:
        raise InternalError("a truncated response has to keep less than the whole body and end the connection")
    headers, part = _with_content_length(headers, body), body[:kept_bytes]
    return ScriptedResponse((_encode_head(status, headers) + part,), WireResponse(status, headers, part), end)


def closed_connection() -> ScriptedResponse:
    """Close the connection without sending a byte."""
    return ScriptedResponse((), _NO_RESPONSE, ConnectionEnd.CLOSE)


def reset_connection() -> ScriptedResponse:
    """Reset the connection without sending a byte."""
    return ScriptedResponse((), _NO_RESPONSE, ConnectionEnd.RESET)


def slow_response(response: ScriptedResponse, pieces: int, seconds: float) -> ScriptedResponse:
    """Return the same bytes in `pieces` pieces, with a pause before each but the first."""
    if not all(isinstance(piece, bytes) for piece in response.pieces):
        raise InternalError("expected a response of nothing but bytes")
    content = b"".join(piece for piece in response.pieces if isinstance(piece, bytes))
    bounds = [len(content) * number // pieces for number in range(pieces + 1)]
    parts = [content[start:stop] for start, stop in pairwise(bounds) if start < stop]
    paused: list[Piece] = [piece for part in parts for piece in (Pause(seconds), part)]
    return evolve(response, pieces=tuple(paused[1:]))


def stalled_response(status: int = 0, headers: Headers = (), body: bytes = b"") -> ScriptedResponse:
    """Send nothing, or with a status the head and half of the body; then keep the connection open and silent."""
    if not status:
        return ScriptedResponse((Stall(),), _NO_RESPONSE, ConnectionEnd.CLOSE)
    headers, half = _with_content_length(headers, body), body[: len(body) // 2]
    pieces = (_encode_head(status, headers) + half, Stall())
    return ScriptedResponse(pieces, WireResponse(status, headers, half), ConnectionEnd.CLOSE)


def _response_with_length(
    status: int, headers: Headers, encoded_body: bytes, body: bytes, end: ConnectionEnd = ConnectionEnd.KEEP
) -> ScriptedResponse:
    """Return a response that sends `encoded_body`, which decodes to `body`."""
    if status in _STATUSES_WITHOUT_BODY:
        encoded_body, body = b"", b""
    else:
        headers = _with_content_length(headers, encoded_body)
    if end is not ConnectionEnd.KEEP and not header_values(headers, "connection"):
        headers = (*headers, ("Connection", "close"))
    return ScriptedResponse((_encode_head(status, headers) + encoded_body,), WireResponse(status, headers, body), end)


def _with_content_length(headers: Headers, body: bytes) -> Headers:
    return headers if header_values(headers, "content-length") else (*headers, ("Content-Length", str(len(body))))


def _encode_head(status: int, headers: Headers) -> bytes:
    lines = [f"HTTP/1.1 {status} {_reason_phrase(status)}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def _reason_phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
