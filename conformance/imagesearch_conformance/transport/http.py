"""The HTTP sender: one connection per thread, no redirects, bounded bodies, deadlines for whole exchanges."""

from __future__ import annotations

import ipaddress
import threading
from typing import Any
from urllib.parse import urlsplit

import requests
from attrs import define, field
from urllib3 import HTTPHeaderDict
from urllib3.exceptions import HTTPError

from imagesearch_conformance.errors import InternalError, Unreachable
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.transport.deadline import DeadlineAdapter, DeadlineThread, ExchangeDeadline

#: The maximum number of bytes that are read of one body, after content decoding.
MAX_BODY_BYTES = 4 * 1024 * 1024

_CHUNK_SIZE = 64 * 1024


@define
class HttpSender:
    """Sends requests to one endpoint only; thread-safe.

    It uses adapters of requests, not a session, since a session would keep cookies, look for keys in a netrc file, and
    read the whole body of a redirect.
    """

    endpoint: str
    max_body_bytes: int = MAX_BODY_BYTES
    _local: threading.local = field(factory=threading.local, init=False)
    _adapters: list[DeadlineAdapter] = field(factory=list, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)
    _deadline_thread: DeadlineThread = field(factory=DeadlineThread, init=False)
    _connection_settings: dict[str, Any] = field(init=False)

    @_connection_settings.default
    def _default_connection_settings(self) -> dict[str, Any]:
        """Return proxies and certificates of the environment, except for loopback."""
        with requests.Session() as session:
            session.trust_env = not _is_loopback(self.endpoint)
            merged = session.merge_environment_settings(self.endpoint, {}, None, None, None)
        return {name: merged[name] for name in ("proxies", "verify", "cert")}

    def send(self, request: WireRequest, timeout: float) -> WireResponse:
        """Send a request; raises Unreachable without a complete response within `timeout` seconds."""
        self._check_destination(request)
        deadline = ExchangeDeadline(self._deadline_thread, timeout, self.endpoint, request.target)
        try:
            with deadline:
                response = self._exchange(request, timeout, deadline)
        except (requests.RequestException, HTTPError, OSError) as problem:
            raise _unreachable_error(self.endpoint, problem, deadline, timeout) from problem
        except Exception as problem:
            if deadline.request_sent:
                # The library does not handle every invalid response, for example not a chunk of negative length.
                raise Unreachable(f"invalid response: {type(problem).__name__}", self.endpoint) from problem
            if not isinstance(problem, ValueError):
                raise
            # The library's message would repeat the header, and with it a signature.
            raise InternalError("a header or the target of the request is invalid in HTTP") from problem
        if deadline.expired:
            # Without a stated length, a connection that was shut down looks like the end of the response.
            raise _timeout_error(self.endpoint, timeout)
        return response

    def close(self) -> None:
        """Close the connections of all threads, and stop the thread of the deadlines."""
        self._deadline_thread.close()
        with self._lock:
            while self._adapters:
                self._adapters.pop().close()

    def _check_destination(self, request: WireRequest) -> None:
        """Raise InternalError if a request, and with it a key, would go to another host or port."""
        if request.header("host") != urlsplit(self.endpoint).netloc:
            raise InternalError(f"a request for {request.header('host')} must not go to {self.endpoint}")
        if not request.target.startswith("/"):
            raise InternalError(f"invalid target {request.target!r}: it would go to another host than {self.endpoint}")

    def _exchange(self, request: WireRequest, timeout: float, deadline: ExchangeDeadline) -> WireResponse:
        prepared = _prepare_request(self.endpoint, request)
        with self._thread_adapter().send(
            prepared, stream=True, timeout=timeout, **self._connection_settings
        ) as response:
            deadline.response_started = True
            body, truncated = _read_body(response, self.max_body_bytes)
            return WireResponse(response.status_code, tuple(response.raw.headers.iteritems()), body, truncated)

    def _thread_adapter(self) -> DeadlineAdapter:
        adapter: DeadlineAdapter | None = getattr(self._local, "adapter", None)
        if adapter is None:
            adapter = self._local.adapter = DeadlineAdapter(pool_maxsize=1, max_retries=0)
            with self._lock:
                self._adapters.append(adapter)
        return adapter


def _prepare_request(endpoint: str, request: WireRequest) -> requests.PreparedRequest:
    """Prepare a request without changes; the library's own preparation would re-encode the query and merge headers."""
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = endpoint + request.target
    prepared.headers = HTTPHeaderDict()  # type: ignore[assignment] # keeps repeated names, unlike that of requests
    for name, value in request.headers:
        prepared.headers.add(name, value)  # type: ignore[attr-defined] # of HTTPHeaderDict
    prepared.body = request.body or None
    prepared.prepare_content_length(prepared.body)
    return prepared


def _read_body(response: requests.Response, max_bytes: int) -> tuple[bytes, bool]:
    """Return the decoded body up to a limit, and whether it is longer."""
    chunks, size = [], 0
    while size <= max_bytes and (chunk := response.raw.read(_CHUNK_SIZE, decode_content=True)):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)[:max_bytes], size > max_bytes


def _is_loopback(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _timeout_error(endpoint: str, timeout: float) -> Unreachable:
    return Unreachable(f"no complete response within {timeout:g} s", endpoint, "see --timeout")


def _unreachable_error(endpoint: str, problem: Exception, deadline: ExchangeDeadline, timeout: float) -> Unreachable:
    if deadline.expired or isinstance(problem, requests.Timeout):
        return _timeout_error(endpoint, timeout)
    cause = _root_cause(problem)
    closed = isinstance(cause, (ConnectionResetError, BrokenPipeError, ConnectionAbortedError))
    stale = deadline.connection_reused and not deadline.response_started and closed
    message = str(cause.strerror if isinstance(cause, OSError) and cause.strerror else cause) or type(cause).__name__
    return Unreachable(f"no response: {message}", endpoint, stale_connection=stale)


def _root_cause(problem: BaseException) -> BaseException:
    """Return the first cause, through the wrappers of requests and urllib3."""
    candidates = (problem.__cause__, *reversed(problem.args))
    cause = next((candidate for candidate in candidates if isinstance(candidate, BaseException)), None)
    cause = cause or getattr(problem, "reason", None) or problem.__context__
    return _root_cause(cause) if isinstance(cause, BaseException) else problem
