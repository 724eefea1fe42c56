"""The real sender: one pool of connections a thread, no redirects, bounded bodies, whole-exchange deadlines."""

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
from imagesearch_conformance.transport.deadline import DeadlineAdapter, ExchangeDeadline
from imagesearch_conformance.transport.deadline_thread import DeadlineThread

#: The most that is read of one body, in bytes, after content decoding.
MAX_BODY_BYTES = 4 * 1024 * 1024

_CHUNK_SIZE = 64 * 1024


@define
class HttpSender:
    """Sends to one endpoint and to nothing else; safe for many threads.

    What surrounds an exchange is an adapter of requests and not a session: a session would keep
    cookies, look for keys in a netrc file, and read the whole body of a redirect.
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
        """Proxies and certificates as the user's environment sets them, for what is not on this machine."""
        with requests.Session() as session:
            session.trust_env = not _is_loopback(self.endpoint)
            merged = session.merge_environment_settings(self.endpoint, {}, None, None, None)
        return {name: merged[name] for name in ("proxies", "verify", "cert")}

    def send(self, request: WireRequest, timeout: float) -> WireResponse:
        """The reply; raises Unreachable when no whole one came within so many seconds."""
        self._check_destination(request)
        deadline = ExchangeDeadline(self._deadline_thread, timeout, self.endpoint, request.target)
        try:
            with deadline:
                reply = self._exchange(request, timeout, deadline)
        except (requests.RequestException, HTTPError, OSError) as problem:
            raise _unreachable_error(self.endpoint, problem, deadline, timeout) from problem
        except Exception as problem:
            if deadline.request_sent:
                # The library meets replies that it was not written for: a chunk of negative length, say.
                raise Unreachable(f"no reply that can be read: {type(problem).__name__}", self.endpoint) from problem
            if not isinstance(problem, ValueError):
                raise
            # The library's message would repeat the header, and with it a signature.
            raise InternalError("the request has a header or a target that HTTP cannot carry") from problem
        if deadline.expired:
            # A connection that was cut looks like one that ended where headers or body have no stated length.
            raise _timeout_error(self.endpoint, timeout)
        return reply

    def close(self) -> None:
        """Closes the connections of every thread, and ends the one that keeps the deadlines."""
        self._deadline_thread.close()
        with self._lock:
            while self._adapters:
                self._adapters.pop().close()

    def _check_destination(self, request: WireRequest) -> None:
        """Keys go to the target's own host and port, whatever somebody made of a request."""
        if request.header("host") != urlsplit(self.endpoint).netloc:
            raise InternalError(f"a request for {request.header('host')} must not go to {self.endpoint}")
        if not request.target.startswith("/"):
            raise InternalError(f"{request.target!r} is no target: it would name another host than {self.endpoint}")

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
    """The request as it is: the library's own preparation would re-encode the query and merge headers."""
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = endpoint + request.target
    prepared.headers = HTTPHeaderDict()  # type: ignore[assignment] # keeps repeated names, which requests' own does not
    for name, value in request.headers:
        prepared.headers.add(name, value)  # type: ignore[attr-defined] # of HTTPHeaderDict
    prepared.body = request.body or None
    prepared.prepare_content_length(prepared.body)
    return prepared


def _read_body(response: requests.Response, max_bytes: int) -> tuple[bytes, bool]:
    """The decoded body up to a bound, and whether there was more."""
    parts, size = [], 0
    while size <= max_bytes and (part := response.raw.read(_CHUNK_SIZE, decode_content=True)):
        parts.append(part)
        size += len(part)
    body = b"".join(parts)
    return body[:max_bytes], size > max_bytes


def _is_loopback(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _timeout_error(endpoint: str, timeout: float) -> Unreachable:
    return Unreachable(f"no whole reply within {timeout:g} seconds", endpoint, "--timeout sets how long is waited")


def _unreachable_error(endpoint: str, problem: Exception, deadline: ExchangeDeadline, timeout: float) -> Unreachable:
    if deadline.expired or isinstance(problem, requests.Timeout):
        return _timeout_error(endpoint, timeout)
    stale = deadline.connection_reused and not deadline.response_started and _is_connection_closed(problem)
    return Unreachable(_failure_message(problem), endpoint, stale_connection=stale)


def _is_connection_closed(problem: BaseException) -> bool:
    """Whether the other side closed the connection."""
    return isinstance(_root_cause(problem), (ConnectionResetError, BrokenPipeError, ConnectionAbortedError))


def _root_cause(problem: BaseException) -> BaseException:
    """The first cause, through the wrappers of requests and urllib3."""
    inner = next((one for one in (problem.__cause__, *reversed(problem.args)) if isinstance(one, BaseException)), None)
    inner = inner or getattr(problem, "reason", None) or problem.__context__
    return _root_cause(inner) if isinstance(inner, BaseException) else problem


def _failure_message(problem: BaseException) -> str:
    root = _root_cause(problem)
    said = str(root.strerror if isinstance(root, OSError) and root.strerror else root) or type(root).__name__
    return f"no reply: {said}"
