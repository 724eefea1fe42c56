"""Interception of requests to the real endpoints by the `responses` library; opens no socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import responses as reason_phrases
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.exceptions import ReadTimeout
from responses import BaseResponse, RequestsMock
from urllib3 import HTTPHeaderDict, HTTPResponse, Timeout

from imagesearch_conformance.emulator.application import MAX_BODY_BYTES, utc_now
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.testing.emulator import RecordingEmulator
from imagesearch_conformance.testing.wire_request import DEFAULT_PORTS, endpoint_from_url, wire_request_from_prepared


class EmulatorResponse(BaseResponse):
    """Responds with the emulator of the test to every request to one of the hosts."""

    def __init__(self, hosts: frozenset[str], emulator: RecordingEmulator) -> None:
        super().__init__("*", f"https://{min(hosts)}/")
        self._hosts, self._emulator = hosts, emulator

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        url = urlsplit(str(request.url))
        matches = url.hostname in self._hosts and url.port in {None, DEFAULT_PORTS.get(url.scheme)}
        return matches, "" if matches else "not an endpoint of Image Search"

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        """Return the response of the emulator; raises ReadTimeout if its latency exceeds the client's timeout."""
        wire_request, endpoint, now = (
            wire_request_from_prepared(request),
            endpoint_from_url(str(request.url)),
            utc_now(),
        )
        latency = self._emulator.fault_injector.latency
        if len(wire_request.body) > MAX_BODY_BYTES:
            response = self._emulator.reject_oversized(wire_request, now, endpoint)
        else:
            response = self._emulator.handle(wire_request, now, endpoint)
        timeout = _read_timeout(getattr(request, "req_kwargs", {}).get("timeout"))
        if timeout is not None and latency > timeout:
            raise ReadTimeout(f"the emulator takes {latency} seconds (read timeout={timeout})", request=request)
        return _build_http_response(response, request.method)


@contextmanager
def intercept_requests(hosts: frozenset[str], emulator: RecordingEmulator) -> Iterator[RequestsMock]:
    """Respond with the emulator to requests to these hosts within the context; other hosts cannot be reached."""
    with RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(EmulatorResponse(hosts, emulator))
        yield mock


def _read_timeout(timeout: Any) -> float | None:
    """Return the read timeout of a request in seconds, None for no limit."""
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
        reason=reason_phrases.get(response.status),
        request_method=method,
        preload_content=False,
    )
