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

from imagesearch_conformance.emulator.application import MAX_BODY_BYTES, utc_now
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.testing.recording_emulator import RecordingEmulator
from imagesearch_conformance.testing.wire_request import DEFAULT_PORTS, endpoint_from_url, wire_request_from_prepared


class EmulatorResponse(BaseResponse):
    """Whatever is sent to one of the hosts, by any method, is answered by the emulator of the test."""

    def __init__(self, hosts: frozenset[str], emulator: RecordingEmulator) -> None:
        super().__init__("*", f"https://{min(hosts)}/")
        self._hosts, self._emulator = hosts, emulator

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        """Whether a request is meant for the service."""
        url = urlsplit(str(request.url))
        own = url.hostname in self._hosts and url.port in {None, DEFAULT_PORTS.get(url.scheme)}
        return own, "" if own else "no endpoint of Image Search"

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        """The emulator's reply; raises ReadTimeout where it would come too late."""
        received, endpoint, now = wire_request_from_prepared(request), endpoint_from_url(str(request.url)), utc_now()
        latency = self._emulator.fault_injector.latency
        if len(received.body) > MAX_BODY_BYTES:
            reply = self._emulator.reject_oversized(received, now, endpoint)
        else:
            reply = self._emulator.handle(received, now, endpoint)
        patience = read_timeout(getattr(request, "req_kwargs", {}).get("timeout"))
        if patience is not None and latency > patience:
            raise ReadTimeout(f"the emulator takes {latency} seconds (read timeout={patience})", request=request)
        return _build_http_response(reply, request.method)


@contextmanager
def intercept_requests(hosts: frozenset[str], emulator: RecordingEmulator) -> Iterator[RequestsMock]:
    """The hosts are those of the emulator while the context lasts; no other host is reached."""
    with RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(EmulatorResponse(hosts, emulator))
        yield mock


def read_timeout(timeout: Any) -> float | None:
    """How long whoever sends a request waits for a reply; None for ever."""
    if isinstance(timeout, Timeout):
        timeout = timeout.read_timeout
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    return float(timeout) if isinstance(timeout, (int, float)) else None


def _build_http_response(response: WireResponse, method: str | None) -> HTTPResponse:
    headers = HTTPHeaderDict(response.headers)
    headers.add("Content-Length", str(len(response.body)))
    return HTTPResponse(
        body=BytesIO(response.body),
        headers=headers,
        status=response.status,
        reason=reasons.get(response.status),
        request_method=method,
        preload_content=False,
    )
