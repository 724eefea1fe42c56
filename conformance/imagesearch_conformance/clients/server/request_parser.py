"""One request read from the bytes of a connection, kept exactly as it came; no sockets here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import h11
from attrs import define, field, frozen

from imagesearch_conformance.model.wire import WireRequest

#: The most that is read of a request before its body, and kept of what is no HTTP, in bytes.
MAX_HEAD_SIZE = 64 * 1024

#: The most that is read of a body, in bytes, after the chunks are undone.
MAX_BODY_SIZE = 1024 * 1024

#: What the operation may be called in; a preface of HTTP/2 looks like a request of HTTP/1 otherwise.
_HTTP_VERSIONS = frozenset({b"1.0", b"1.1"})

#: The one that knows no chunks.
_HTTP_1_0 = b"1.0"


@frozen
class ReceivedRequest:
    """A request that is complete, or cannot become it.

    `refusal` is the status that answers it instead of a play: it is no HTTP, and its `request` holds no
    method and the beginning of what came as body, or it is too large, and its body ends at the bound.
    `keeps` says that the next request may come on the same connection; `rest` is what came of it.
    `chunks` says that the reply may be sent in chunks: not to HTTP/1.0 (RFC 9112 section 6.1).
    """

    request: WireRequest
    error_status: int | None = None
    keep_alive: bool = False
    remaining_bytes: bytes = b""
    accepts_chunks: bool = True


@define(eq=False)
class RequestParser:
    """Is fed what a connection receives until a request has arrived."""

    _raw: bytearray = field(factory=bytearray, init=False)
    _head: h11.Request | None = field(default=None, init=False)
    _body: bytearray = field(factory=bytearray, init=False)
    _http: h11.Connection = field(init=False)

    @_http.default
    def _default_http(self) -> h11.Connection:
        return h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_SIZE)

    @property
    def has_begun(self) -> bool:
        """Whether any of the request has come."""
        return bool(self._raw)

    def receive_data(self, received: bytes) -> ReceivedRequest | None:
        """The request once there is nothing to wait for; empty bytes say that no more will come."""
        # Empty lines before a request are to be ignored (RFC 9112 section 2.2).
        own = received if self.has_begun else received.lstrip(b"\r\n")
        if received and not own:
            return None
        self._raw += own[: MAX_HEAD_SIZE - len(self._raw)]
        try:
            return self._parse(own)
        except h11.RemoteProtocolError:
            return self.invalid_request()

    def invalid_request(self) -> ReceivedRequest:
        """What came so far, as a request that is none."""
        return ReceivedRequest(WireRequest("", "", (), bytes(self._raw)), HTTPStatus.BAD_REQUEST)

    def interim_response(self) -> bytes:
        """What a client wants to hear before it sends the body, if it waits for that."""
        if not self._http.they_are_waiting_for_100_continue:
            return b""
        interim = h11.InformationalResponse(status_code=HTTPStatus.CONTINUE, headers=[], reason=b"Continue")
        return self._http.send(interim)

    def _parse(self, received: bytes) -> ReceivedRequest | None:
        self._http.receive_data(received)
        while (event := self._http.next_event()) is not h11.NEED_DATA:
            if (arrived := self._handle_event(event)) is not None:
                return arrived
        return None

    def _handle_event(self, event: Any) -> ReceivedRequest | None:
        if isinstance(event, h11.Request):
            self._head = event
            return None if event.http_version in _HTTP_VERSIONS else self.invalid_request()
        if isinstance(event, h11.Data):
            self._body += event.data
            return (
                ReceivedRequest(self._build_request(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                if self._is_too_large
                else None
            )
        if isinstance(event, h11.EndOfMessage):
            keeps = self._http.their_state is not h11.MUST_CLOSE
            chunks = self._head is None or self._head.http_version != _HTTP_1_0
            return ReceivedRequest(self._build_request(), None, keeps, self._http.trailing_data[0], chunks)
        return self.invalid_request()

    @property
    def _is_too_large(self) -> bool:
        return len(self._body) > MAX_BODY_SIZE

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
    """Every byte as one character, so that nothing is lost of what should be ASCII."""
    return data.decode("latin-1")
