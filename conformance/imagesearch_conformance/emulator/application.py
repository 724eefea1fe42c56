"""The emulator as an ASGI application."""

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

#: Longer bodies are read to the end and rejected.
MAX_BODY_BYTES = 1 << 20

#: Longer bodies are rejected without being read, and the connection is closed.
_MAX_BYTES_READ = 8 * MAX_BODY_BYTES

#: The size of chunks of chunked responses, in bytes.
_CHUNK_SIZE = 512

#: The part before the path in a request target in absolute form.
_ABSOLUTE_FORM_PREFIX = re.compile(rb"\Ahttps?://[^/]*(?=/)", re.IGNORECASE)


class RequestHandler(Protocol):
    """The part of `Emulator` that the application uses."""

    @property
    def settings(self) -> EmulatorSettings:
        """The settings of the emulator."""

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        """Return the response to a request received now."""

    def reject_oversized(self, request: WireRequest) -> WireResponse:
        """Return the response to a request whose body is longer than the server reads."""


def no_latency() -> float:
    """Return a latency of zero seconds."""
    return 0.0


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def create_application(
    emulator: RequestHandler, now: Callable[[], datetime] = utc_now, latency: Callable[[], float] = no_latency
) -> ASGIApp:
    """Return an ASGI application that passes every request to the emulator, whatever its method and path.

    `latency` returns the seconds by which the next response is delayed.
    """
    behaviour = emulator.settings.behaviour

    async def asgi_app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _read_body(Request(scope, receive))
        except ClientDisconnect:
            return
        request = _build_wire_request(scope, body if isinstance(body, bytes) else b"")
        delay = latency()
        response = (
            emulator.handle(request, now()) if isinstance(body, bytes) else _reject_oversized(emulator, request, body)
        )
        if delay:
            await asyncio.sleep(delay)
        await _build_asgi_response(response, chunked=behaviour.chunked)(scope, receive, send)

    return GZipMiddleware(asgi_app, minimum_size=0) if behaviour.compressed else asgi_app


async def _read_body(request: Request) -> bytes | int:
    """Return the body, or its length if it is too long; read it to the end so that the connection can be reused."""
    received = bytearray()
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= MAX_BODY_BYTES:
            received += chunk
        if length > _MAX_BYTES_READ:
            break
    return bytes(received) if length <= MAX_BODY_BYTES else length


def _reject_oversized(emulator: RequestHandler, request: WireRequest, length: int) -> WireResponse:
    response = emulator.reject_oversized(request)
    if length <= _MAX_BYTES_READ:
        return response
    return evolve(response, headers=(*response.headers, ("Connection", "close")))


def _build_wire_request(scope: Scope, body: bytes) -> WireRequest:
    query = scope["query_string"]
    # RFC 9112 section 3.2.2: a server has to accept a target in absolute form.
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
