"""The emulator behind ASGI: raw bytes in, raw bytes out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Protocol

from attrs import evolve
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.signing.encoding import to_bytes, to_text

#: Longer bodies are read to their end and refused; in bytes.
LONGEST_BODY = 1 << 20

#: Whoever sends more than this is refused and hung up on.
_ENDLESS_BODY = 8 * LONGEST_BODY

#: A chunked reply comes in pieces of this many bytes.
_CHUNK = 512

#: What stands before the path in a target in absolute form.
_ABSOLUTE = re.compile(rb"\Ahttps?://[^/]*(?=/)", re.IGNORECASE)


class Answering(Protocol):
    """Whatever answers as an emulator does."""

    @property
    def settings(self) -> EmulatorSettings:
        """How it was told to behave."""

    def answer(self, request: WireRequest, now: datetime) -> WireReply:
        """The reply to a request that is received now."""

    def refuse_oversized(self, request: WireRequest) -> WireReply:
        """The reply to a request whose body is longer than the server reads."""


def at_once() -> float:
    """How many seconds a reply is held back, unless the application is told otherwise."""
    return 0.0


def utc_now() -> datetime:
    """The moment that requests are received at, unless the application is given another clock."""
    return datetime.now(UTC)


def application(
    emulator: Answering, now: Callable[[], datetime] = utc_now, latency: Callable[[], float] = at_once
) -> ASGIApp:
    """An ASGI application that hands every request, whatever its method and path, to the emulator.

    `latency` says of each reply how many seconds it is held back.
    """
    behaviour = emulator.settings.behaviour

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _body(Request(scope, receive))
        except ClientDisconnect:
            return
        request = _wire_request(scope, body if isinstance(body, bytes) else b"")
        held_back = latency()
        reply = emulator.answer(request, now()) if isinstance(body, bytes) else _too_long(emulator, request, body)
        if held_back:
            await asyncio.sleep(held_back)
        await _response(reply, chunked=behaviour.chunked)(scope, receive, send)

    return GZipMiddleware(endpoint, minimum_size=0) if behaviour.compressed else endpoint


async def _body(request: Request) -> bytes | int:
    """The body, or when it is too long its length; it is read to its end so that the connection can go on."""
    received = bytearray()
    length = 0
    async for piece in request.stream():
        length += len(piece)
        if length <= LONGEST_BODY:
            received += piece
        if length > _ENDLESS_BODY:
            break
    return bytes(received) if length <= LONGEST_BODY else length


def _too_long(emulator: Answering, request: WireRequest, length: int) -> WireReply:
    reply = emulator.refuse_oversized(request)
    return evolve(reply, headers=(*reply.headers, ("Connection", "close"))) if length > _ENDLESS_BODY else reply


def _wire_request(scope: Scope, body: bytes) -> WireRequest:
    query = scope["query_string"]
    # RFC 9112 section 3.2.2: a target in absolute form has to be taken for its path.
    path = _ABSOLUTE.sub(b"", scope["raw_path"])
    target = path + (b"?" + query if query else b"")
    headers = tuple((to_text(name), to_text(value)) for name, value in scope["headers"])
    return WireRequest(scope["method"], to_text(target), headers, body)


def _response(reply: WireReply, *, chunked: bool) -> Response:
    headers = [(to_bytes(name.lower()), to_bytes(value)) for name, value in reply.headers]
    if chunked:
        response: Response = StreamingResponse(_pieces(reply.body), reply.status)
        response.raw_headers = headers
    else:
        response = Response(reply.body, reply.status)
        response.raw_headers = [*headers, (b"content-length", str(len(reply.body)).encode("ascii"))]
    return response


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), _CHUNK):
        yield body[start : start + _CHUNK]
