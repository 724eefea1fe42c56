"""The emulator in place of the real endpoints, through the `responses` library: no socket is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import responses as reasons
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.exceptions import ReadTimeout
from responses import BaseResponse, RequestsMock
from urllib3 import HTTPHeaderDict, HTTPResponse, Timeout

from imagesearch_conformance.emulator.application import LONGEST_BODY, utc_now
from imagesearch_conformance.model.wire import WireReply
from imagesearch_conformance.testing.prepared import PORTS, endpoint_of, wire_request
from imagesearch_conformance.testing.recorder import Recorder


class Endpoints(BaseResponse):
    """Whatever is sent to one of the hosts, by any method, is answered by the emulator of the test."""

    def __init__(self, hosts: frozenset[str], recorder: Recorder) -> None:
        super().__init__("*", f"https://{min(hosts)}/")
        self._hosts, self._recorder = hosts, recorder

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        """Whether a request is meant for the service."""
        url = urlsplit(str(request.url))
        own = url.hostname in self._hosts and url.port in {None, PORTS.get(url.scheme)}
        return own, "" if own else "no endpoint of Image Search"

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        """The emulator's reply; raises ReadTimeout where it would come too late."""
        received, endpoint, now = wire_request(request), endpoint_of(str(request.url)), utc_now()
        latency = self._recorder.orders.latency
        if len(received.body) > LONGEST_BODY:
            reply = self._recorder.refuse_oversized(received, now, endpoint)
        else:
            reply = self._recorder.answer(received, now, endpoint)
        patience = read_timeout(getattr(request, "req_kwargs", {}).get("timeout"))
        if patience is not None and latency > patience:
            raise ReadTimeout(f"the emulator takes {latency} seconds (read timeout={patience})", request=request)
        return _response(reply, request.method)


@contextmanager
def intercepting(hosts: frozenset[str], recorder: Recorder) -> Iterator[RequestsMock]:
    """The hosts are those of the emulator while the context lasts; no other host is reached."""
    with RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(Endpoints(hosts, recorder))
        yield mock


def read_timeout(timeout: Any) -> float | None:
    """How long whoever sends a request waits for a reply; None for ever."""
    if isinstance(timeout, Timeout):
        timeout = timeout.read_timeout
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    return float(timeout) if isinstance(timeout, (int, float)) else None


def _response(reply: WireReply, method: str | None) -> HTTPResponse:
    headers = HTTPHeaderDict(reply.headers)
    headers.add("Content-Length", str(len(reply.body)))
    return HTTPResponse(
        body=BytesIO(reply.body),
        headers=headers,
        status=reply.status,
        reason=reasons.get(reply.status),
        request_method=method,
        preload_content=False,
    )
