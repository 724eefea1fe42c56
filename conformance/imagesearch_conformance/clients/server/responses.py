"""Plays by what they are: replies as they should be, and those that are late, cut off, or missing."""

from __future__ import annotations

import gzip
from http import HTTPStatus
from itertools import pairwise

from attrs import evolve

from imagesearch_conformance.clients.server.script import ConnectionEnd, Pause, Piece, ScriptedResponse, Stall
from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.wire import Headers, WireResponse, header_values

#: The header of a reply in chunks.
_TRANSFER_ENCODING = "transfer-encoding"

#: What a play without a reply amounts to.
_NO_RESPONSE = WireResponse(0)

#: Replies that have no body, and so no length (RFC 9110 section 6.4.1).
_STATUSES_WITHOUT_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def complete_response(
    status: int, headers: Headers = (), body: bytes = b"", end: ConnectionEnd = ConnectionEnd.KEEP
) -> ScriptedResponse:
    """A whole reply with its length, unless headers name another; one after which the connection closes says so."""
    return _response_with_length(status, headers, body, body, end)


def gzip_response(status: int, headers: Headers, body: bytes) -> ScriptedResponse:
    """A whole reply whose body is compressed."""
    return _response_with_length(status, (*headers, ("Content-Encoding", "gzip")), gzip.compress(body, mtime=0), body)


def chunked_response(status: int, headers: Headers, body: bytes, chunk_size: int) -> ScriptedResponse:
    """A whole reply without a length, sent in chunks of so many bytes."""
    named = (*headers, (_TRANSFER_ENCODING.title(), "chunked"))
    parts = [body[at : at + chunk_size] for at in range(0, len(body), chunk_size)]
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b"")]
    return ScriptedResponse((_encode_head(status, named), *chunks), WireResponse(status, named, body))


def without_chunks(response: ScriptedResponse) -> ScriptedResponse:
    """The same reply for who knows no chunks: one that ends with its connection; any other play as it is."""
    reply = response.wire
    if reply.header(_TRANSFER_ENCODING) is None:
        return response
    headers = tuple((name, value) for name, value in reply.headers if name.lower() != _TRANSFER_ENCODING)
    return complete_response(reply.status, headers, reply.body, ConnectionEnd.CLOSE)


def redirect_response(status: int, location: str) -> ScriptedResponse:
    """A reply that sends the client elsewhere."""
    return complete_response(status, (("Location", location),))


def truncated_response(
    status: int, headers: Headers, body: bytes, kept_bytes: int, end: ConnectionEnd = ConnectionEnd.CLOSE
) -> ScriptedResponse:
    """A reply that announces the whole body and ends after so many bytes of it."""
    if kept_bytes >= len(body) or end is ConnectionEnd.KEEP:
        raise InternalError("a reply that is cut off keeps less than the whole, and its connection ends")
    named = _with_content_length(headers, body)
    return ScriptedResponse(
        (_encode_head(status, named) + body[:kept_bytes],), WireResponse(status, named, body[:kept_bytes]), end
    )


def closed_connection() -> ScriptedResponse:
    """The connection closes without a byte."""
    return ScriptedResponse((), _NO_RESPONSE, ConnectionEnd.CLOSE)


def reset_connection() -> ScriptedResponse:
    """The connection is reset without a byte."""
    return ScriptedResponse((), _NO_RESPONSE, ConnectionEnd.RESET)


def slow_response(response: ScriptedResponse, pieces: int, seconds: float) -> ScriptedResponse:
    """The same bytes in so many pieces, with a pause before each but the first."""
    if not all(isinstance(piece, bytes) for piece in response.pieces):
        raise InternalError("only what is nothing but bytes can be slowed down")
    sent = b"".join(piece for piece in response.pieces if isinstance(piece, bytes))
    bounds = [len(sent) * number // pieces for number in range(pieces + 1)]
    parts = [sent[start:stop] for start, stop in pairwise(bounds) if start < stop]
    between: list[Piece] = [piece for part in parts for piece in (Pause(seconds), part)]
    return evolve(response, pieces=tuple(between[1:]))


def stalled_response(status: int = 0, headers: Headers = (), body: bytes = b"") -> ScriptedResponse:
    """Nothing at all, or with a status the head and half of the body; then the connection stays open and silent."""
    if not status:
        return ScriptedResponse((Stall(),), _NO_RESPONSE, ConnectionEnd.CLOSE)
    half, named = body[: len(body) // 2], _with_content_length(headers, body)
    return ScriptedResponse(
        (_encode_head(status, named) + half, Stall()), WireResponse(status, named, half), ConnectionEnd.CLOSE
    )


def _response_with_length(
    status: int, headers: Headers, encoded_body: bytes, body: bytes, end: ConnectionEnd = ConnectionEnd.KEEP
) -> ScriptedResponse:
    """A reply of so many bytes on the wire, which amount to a body."""
    if status in _STATUSES_WITHOUT_BODY:
        encoded_body, body, named = b"", b"", headers
    else:
        named = _with_content_length(headers, encoded_body)
    if end is not ConnectionEnd.KEEP and not header_values(named, "connection"):
        named = (*named, ("Connection", "close"))
    return ScriptedResponse((_encode_head(status, named) + encoded_body,), WireResponse(status, named, body), end)


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
