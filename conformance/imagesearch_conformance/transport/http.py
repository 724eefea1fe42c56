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

from imagesearch_conformance.errors import BrokenSuite, Unreachable
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.transport.deadline import Deadline, DeadlineAdapter
from imagesearch_conformance.transport.watch import Watch

#: The most that is read of one body, in bytes, after content decoding.
MOST_BODY = 4 * 1024 * 1024

_CHUNK = 64 * 1024


@define
class HttpSender:
    """Sends to one endpoint and to nothing else; safe for many threads.

    What surrounds an exchange is an adapter of requests and not a session: a session would keep
    cookies, look for keys in a netrc file, and read the whole body of a redirect.
    """

    endpoint: str
    most_body: int = MOST_BODY
    _local: threading.local = field(factory=threading.local, init=False)
    _adapters: list[DeadlineAdapter] = field(factory=list, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)
    _watch: Watch = field(factory=Watch, init=False)
    _way: dict[str, Any] = field(init=False)

    @_way.default
    def _from_environment(self) -> dict[str, Any]:
        """Proxies and certificates as the user's environment sets them, for what is not on this machine."""
        with requests.Session() as session:
            session.trust_env = not _is_loopback(self.endpoint)
            merged = session.merge_environment_settings(self.endpoint, {}, None, None, None)
        return {name: merged[name] for name in ("proxies", "verify", "cert")}

    def send(self, request: WireRequest, timeout: float) -> WireReply:
        """The reply; raises Unreachable when no whole one came within so many seconds."""
        self._check(request)
        deadline = Deadline(self._watch, timeout, self.endpoint, request.target)
        try:
            with deadline:
                reply = self._exchange(request, timeout, deadline)
        except (requests.RequestException, HTTPError, OSError) as problem:
            raise _unreachable(self.endpoint, problem, deadline, timeout) from problem
        except Exception as problem:
            if deadline.asked:
                # The library meets replies that it was not written for: a chunk of negative length, say.
                raise Unreachable(f"no reply that can be read: {type(problem).__name__}", self.endpoint) from problem
            if not isinstance(problem, ValueError):
                raise
            # The library's message would repeat the header, and with it a signature.
            raise BrokenSuite("the request has a header or a target that HTTP cannot carry") from problem
        if deadline.expired:
            # A connection that was cut looks like one that ended where headers or body have no stated length.
            raise _late(self.endpoint, timeout)
        return reply

    def close(self) -> None:
        """Closes the connections of every thread, and ends the one that keeps the deadlines."""
        self._watch.close()
        with self._lock:
            while self._adapters:
                self._adapters.pop().close()

    def _check(self, request: WireRequest) -> None:
        """Keys go to the target's own host and port, whatever somebody made of a request."""
        if request.header("host") != urlsplit(self.endpoint).netloc:
            raise BrokenSuite(f"a request for {request.header('host')} must not go to {self.endpoint}")
        if not request.target.startswith("/"):
            raise BrokenSuite(f"{request.target!r} is no target: it would name another host than {self.endpoint}")

    def _exchange(self, request: WireRequest, timeout: float, deadline: Deadline) -> WireReply:
        prepared = _prepared(self.endpoint, request)
        with self._adapter().send(prepared, stream=True, timeout=timeout, **self._way) as response:
            deadline.answered = True
            body, truncated = _body(response, self.most_body)
            return WireReply(response.status_code, tuple(response.raw.headers.iteritems()), body, truncated)

    def _adapter(self) -> DeadlineAdapter:
        adapter: DeadlineAdapter | None = getattr(self._local, "adapter", None)
        if adapter is None:
            adapter = self._local.adapter = DeadlineAdapter(pool_maxsize=1, max_retries=0)
            with self._lock:
                self._adapters.append(adapter)
        return adapter


def _prepared(endpoint: str, request: WireRequest) -> requests.PreparedRequest:
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


def _body(response: requests.Response, most: int) -> tuple[bytes, bool]:
    """The decoded body up to a bound, and whether there was more."""
    parts, size = [], 0
    while size <= most and (part := response.raw.read(_CHUNK, decode_content=True)):
        parts.append(part)
        size += len(part)
    body = b"".join(parts)
    return body[:most], size > most


def _is_loopback(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _late(endpoint: str, timeout: float) -> Unreachable:
    return Unreachable(f"no whole reply within {timeout:g} seconds", endpoint, "--timeout sets how long is waited")


def _unreachable(endpoint: str, problem: Exception, deadline: Deadline, timeout: float) -> Unreachable:
    if deadline.expired or isinstance(problem, requests.Timeout):
        return _late(endpoint, timeout)
    stale = deadline.reused and not deadline.answered and _closed(problem)
    return Unreachable(_cause(problem), endpoint, stale=stale)


def _closed(problem: BaseException) -> bool:
    """Whether the other side closed the connection."""
    return isinstance(_root(problem), (ConnectionResetError, BrokenPipeError, ConnectionAbortedError))


def _root(problem: BaseException) -> BaseException:
    """The first cause, through the wrappers of requests and urllib3."""
    inner = next((one for one in (problem.__cause__, *reversed(problem.args)) if isinstance(one, BaseException)), None)
    inner = inner or getattr(problem, "reason", None) or problem.__context__
    return _root(inner) if isinstance(inner, BaseException) else problem


def _cause(problem: BaseException) -> str:
    root = _root(problem)
    said = str(root.strerror if isinstance(root, OSError) and root.strerror else root) or type(root).__name__
    return f"no reply: {said}"
