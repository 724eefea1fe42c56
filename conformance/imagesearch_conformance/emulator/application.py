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
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.signing.encoding import to_bytes, to_text

#: Longer bodies are read to their end and refused; in bytes.
MAX_BODY_BYTES = 1 << 20

#: Whoever sends more than this is refused and hung up on.
_MAX_BYTES_READ = 8 * MAX_BODY_BYTES

#: A chunked reply comes in pieces of this many bytes.
_CHUNK_SIZE = 512

#: What stands before the path in a target in absolute form.
_ABSOLUTE_FORM_PREFIX = re.compile(rb"\Ahttps?://[^/]*(?=/)", re.IGNORECASE)


class RequestHandler(Protocol):
    """Whatever answers as an emulator does."""

    @property
    def settings(self) -> EmulatorSettings:
        """How it was told to behave."""

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        """The reply to a request that is received now."""

    def reject_oversized(self, request: WireRequest) -> WireResponse:
        """The reply to a request whose body is longer than the server reads."""


def no_latency() -> float:
    """How many seconds a reply is held back, unless the application is told otherwise."""
    return 0.0


def utc_now() -> datetime:
    """The moment that requests are received at, unless the application is given another clock."""
    return datetime.now(UTC)


def create_application(
    emulator: RequestHandler, now: Callable[[], datetime] = utc_now, latency: Callable[[], float] = no_latency
) -> ASGIApp:
    """An ASGI application that hands every request, whatever its method and path, to the emulator.

    `latency` says of each reply how many seconds it is held back.
    """
    behaviour = emulator.settings.behaviour

    async def asgi_app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _read_body(Request(scope, receive))
        except ClientDisconnect:
            return
        request = _build_wire_request(scope, body if isinstance(body, bytes) else b"")
        held_back = latency()
        reply = (
            emulator.handle(request, now()) if isinstance(body, bytes) else _reject_oversized(emulator, request, body)
        )
        if held_back:
            await asyncio.sleep(held_back)
        await _build_asgi_response(reply, chunked=behaviour.chunked)(scope, receive, send)

    return GZipMiddleware(asgi_app, minimum_size=0) if behaviour.compressed else asgi_app


async def _read_body(request: Request) -> bytes | int:
    """The body, or when it is too long its length; it is read to its end so that the connection can go on."""
    received = bytearray()
    length = 0
    async for piece in request.stream():
        length += len(piece)
        if length <= MAX_BODY_BYTES:
            received += piece
        if length > _MAX_BYTES_READ:
            break
    return bytes(received) if length <= MAX_BODY_BYTES else length


def _reject_oversized(emulator: RequestHandler, request: WireRequest, length: int) -> WireResponse:
    reply = emulator.reject_oversized(request)
    return evolve(reply, headers=(*reply.headers, ("Connection", "close"))) if length > _MAX_BYTES_READ else reply


def _build_wire_request(scope: Scope, body: bytes) -> WireRequest:
    query = scope["query_string"]
    # RFC 9112 section 3.2.2: a target in absolute form has to be taken for its path.
    path = _ABSOLUTE_FORM_PREFIX.sub(b"", scope["raw_path"])
    target = path + (b"?" + query if query else b"")
    headers = tuple((to_text(name), to_text(value)) for name, value in scope["headers"])
    return WireRequest(scope["method"], to_text(target), headers, body)


def _build_asgi_response(wire_response: WireResponse, *, chunked: bool) -> Response:
    headers = [(to_bytes(name.lower()), to_bytes(value)) for name, value in wire_response.headers]
    if chunked:
        response: Response = StreamingResponse(_chunks(wire_response.body), wire_response.status)
        response.raw_headers = headers
    else:
        response = Response(wire_response.body, wire_response.status)
        response.raw_headers = [*headers, (b"content-length", str(len(wire_response.body)).encode("ascii"))]
    return response


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), _CHUNK_SIZE):
        yield body[start : start + _CHUNK_SIZE]
