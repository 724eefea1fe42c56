"""Plays by what they are: replies as they should be, and those that are late, cut off, or missing."""

from __future__ import annotations

import gzip
from http import HTTPStatus
from itertools import pairwise

from attrs import evolve

from imagesearch_conformance.clients.script import End, Pause, Piece, Play, Stall
from imagesearch_conformance.errors import BrokenSuite
from imagesearch_conformance.model.wire import Headers, WireReply, header_values

#: The header of a reply in chunks.
_TRANSFER = "transfer-encoding"

#: What a play without a reply amounts to.
_NO_REPLY = WireReply(0)

#: Replies that have no body, and so no length (RFC 9110 section 6.4.1).
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def http(status: int, headers: Headers = (), body: bytes = b"", end: End = End.KEEP) -> Play:
    """A whole reply with its length, unless headers name another; one after which the connection closes says so."""
    return _sized(status, headers, body, body, end)


def gzipped(status: int, headers: Headers, body: bytes) -> Play:
    """A whole reply whose body is compressed."""
    return _sized(status, (*headers, ("Content-Encoding", "gzip")), gzip.compress(body, mtime=0), body)


def chunked(status: int, headers: Headers, body: bytes, size: int) -> Play:
    """A whole reply without a length, sent in chunks of so many bytes."""
    named = (*headers, (_TRANSFER.title(), "chunked"))
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b"")]
    return Play((_head(status, named), *chunks), WireReply(status, named, body))


def unchunked(play: Play) -> Play:
    """The same reply for who knows no chunks: one that ends with its connection; any other play as it is."""
    reply = play.reply
    if reply.header(_TRANSFER) is None:
        return play
    headers = tuple((name, value) for name, value in reply.headers if name.lower() != _TRANSFER)
    return http(reply.status, headers, reply.body, End.CLOSE)


def redirect(status: int, location: str) -> Play:
    """A reply that sends the client elsewhere."""
    return http(status, (("Location", location),))


def cut(status: int, headers: Headers, body: bytes, kept: int, end: End = End.CLOSE) -> Play:
    """A reply that announces the whole body and ends after so many bytes of it."""
    if kept >= len(body) or end is End.KEEP:
        raise BrokenSuite("a reply that is cut off keeps less than the whole, and its connection ends")
    named = _measured(headers, body)
    return Play((_head(status, named) + body[:kept],), WireReply(status, named, body[:kept]), end)


def silent() -> Play:
    """The connection closes without a byte."""
    return Play((), _NO_REPLY, End.CLOSE)


def reset() -> Play:
    """The connection is reset without a byte."""
    return Play((), _NO_REPLY, End.RESET)


def slow(play: Play, pieces: int, seconds: float) -> Play:
    """The same bytes in so many pieces, with a pause before each but the first."""
    if not all(isinstance(piece, bytes) for piece in play.pieces):
        raise BrokenSuite("only what is nothing but bytes can be slowed down")
    sent = b"".join(piece for piece in play.pieces if isinstance(piece, bytes))
    bounds = [len(sent) * number // pieces for number in range(pieces + 1)]
    parts = [sent[start:stop] for start, stop in pairwise(bounds) if start < stop]
    between: list[Piece] = [piece for part in parts for piece in (Pause(seconds), part)]
    return evolve(play, pieces=tuple(between[1:]))


def stalled(status: int = 0, headers: Headers = (), body: bytes = b"") -> Play:
    """Nothing at all, or with a status the head and half of the body; then the connection stays open and silent."""
    if not status:
        return Play((Stall(),), _NO_REPLY, End.CLOSE)
    half, named = body[: len(body) // 2], _measured(headers, body)
    return Play((_head(status, named) + half, Stall()), WireReply(status, named, half), End.CLOSE)


def _sized(status: int, headers: Headers, sent: bytes, body: bytes, end: End = End.KEEP) -> Play:
    """A reply of so many bytes on the wire, which amount to a body."""
    if status in _BODILESS:
        sent, body, named = b"", b"", headers
    else:
        named = _measured(headers, sent)
    if end is not End.KEEP and not header_values(named, "connection"):
        named = (*named, ("Connection", "close"))
    return Play((_head(status, named) + sent,), WireReply(status, named, body), end)


def _measured(headers: Headers, body: bytes) -> Headers:
    return headers if header_values(headers, "content-length") else (*headers, ("Content-Length", str(len(body))))


def _head(status: int, headers: Headers) -> bytes:
    lines = [f"HTTP/1.1 {status} {_reason(status)}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
