"""Parser of one request from the bytes of a connection, kept exactly as received; no sockets here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import h11
from attrs import define, field, frozen

from imagesearch_conformance.model.wire import WireRequest

#: Limit of a request before its body, and of the bytes kept of input that is not HTTP.
MAX_HEAD_SIZE = 64 * 1024

#: Limit of a body in bytes, after chunked decoding.
MAX_BODY_SIZE = 1024 * 1024

#: Supported versions of HTTP; without the check, the preface of HTTP/2 looks like a request of HTTP/1.
_HTTP_VERSIONS = frozenset({b"1.0", b"1.1"})

_HTTP_1_0 = b"1.0"


@frozen
class ReceivedRequest:
    """A request that is complete, or cannot be completed.

    `error_status` answers it in place of a scripted response: it is not HTTP, and `request` has no method and the
    first bytes received as its body; or it is too large, and its body ends at the limit.
    `keep_alive` allows the next request on the same connection; `remaining_bytes` are its beginning.
    `accepts_chunks` is False for HTTP/1.0 (RFC 9112 section 6.1).
    """

    request: WireRequest
    error_status: int | None = None
    keep_alive: bool = False
    remaining_bytes: bytes = b""
    accepts_chunks: bool = True


@define(eq=False)
class RequestParser:
    """Takes the bytes of a connection until a request is complete."""

    _raw: bytearray = field(factory=bytearray, init=False)
    _head: h11.Request | None = field(default=None, init=False)
    _body: bytearray = field(factory=bytearray, init=False)
    _http: h11.Connection = field(init=False)

    @_http.default
    def _default_http(self) -> h11.Connection:
        return h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_SIZE)

    @property
    def has_begun(self) -> bool:
        return bool(self._raw)

    def receive_data(self, data: bytes) -> ReceivedRequest | None:
        """Return the request once it is complete; empty data marks the end of the connection."""
        # Empty lines before a request are to be ignored (RFC 9112 section 2.2).
        own = data if self.has_begun else data.lstrip(b"\r\n")
        if data and not own:
            return None
        self._raw += own[: MAX_HEAD_SIZE - len(self._raw)]
        try:
            return self._parse(own)
        except h11.RemoteProtocolError:
            return self.invalid_request()

    def invalid_request(self) -> ReceivedRequest:
        """Return the bytes received so far as an invalid request."""
        return ReceivedRequest(WireRequest("", "", (), bytes(self._raw)), HTTPStatus.BAD_REQUEST)

    def interim_response(self) -> bytes:
        """Return 100 Continue if the client waits for it before it sends the body."""
        if not self._http.they_are_waiting_for_100_continue:
            return b""
        interim = h11.InformationalResponse(status_code=HTTPStatus.CONTINUE, headers=[], reason=b"Continue")
        return self._http.send(interim)

    def _parse(self, data: bytes) -> ReceivedRequest | None:
        self._http.receive_data(data)
        while (event := self._http.next_event()) is not h11.NEED_DATA:
            if (request := self._handle_event(event)) is not None:
                return request
        return None

    def _handle_event(self, event: Any) -> ReceivedRequest | None:
        if isinstance(event, h11.Request):
            self._head = event
            return None if event.http_version in _HTTP_VERSIONS else self.invalid_request()
        if isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > MAX_BODY_SIZE:
                return ReceivedRequest(self._build_request(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        if isinstance(event, h11.EndOfMessage):
            keep_alive = self._http.their_state is not h11.MUST_CLOSE
            accepts_chunks = self._head is None or self._head.http_version != _HTTP_1_0
            remaining = self._http.trailing_data[0]
            return ReceivedRequest(self._build_request(), None, keep_alive, remaining, accepts_chunks)
        return self.invalid_request()

    def _build_request(self) -> WireRequest:
        if self._head is None:
            return self.invalid_request().request
        headers = tuple((_decode_latin1(name), _decode_latin1(value)) for name, value in self._head.headers.raw_items())
        return WireRequest(
            _decode_latin1(self._head.method),
            _decode_latin1(self._head.target),
            headers,
            bytes(self._body[:MAX_BODY_SIZE]),
        )


def _decode_latin1(data: bytes) -> str:
    """Decode every byte to one character, so that bytes outside ASCII are not lost."""
    return data.decode("latin-1")
