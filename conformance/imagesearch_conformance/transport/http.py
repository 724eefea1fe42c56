"""The real sender: one pooled session a thread, no redirects, bounded bodies, whole-exchange deadlines."""

from __future__ import annotations

import ipaddress
import threading
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from attrs import define, field
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from imagesearch_conformance.errors import BrokenSuite, Unreachable
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.transport.deadline import Deadline, DeadlineAdapter

#: The most that is read of one body, in bytes, after content decoding.
MOST_BODY = 4 * 1024 * 1024

_CHUNK = 64 * 1024


@define
class HttpSender:
    """Sends to one endpoint and to nothing else; safe for many threads."""

    endpoint: str
    most_body: int = MOST_BODY
    _local: threading.local = field(factory=threading.local, init=False)
    _sessions: list[requests.Session] = field(factory=list, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)

    def send(self, request: WireRequest, timeout: float) -> WireReply:
        """The reply; raises Unreachable when no whole one came within so many seconds."""
        if request.header("host") != urlsplit(self.endpoint).netloc:
            raise BrokenSuite(f"a request for {request.header('host')} must not go to {self.endpoint}")
        deadline = Deadline(timeout)
        try:
            with deadline:
                return self._exchange(request, timeout)
        except (requests.RequestException, HTTPError, OSError) as problem:
            raise _unreachable(self.endpoint, problem, deadline, timeout) from problem

    def close(self) -> None:
        """Closes every session of every thread."""
        with self._lock:
            while self._sessions:
                self._sessions.pop().close()

    def _exchange(self, request: WireRequest, timeout: float) -> WireReply:
        session = self._session()
        with session.send(
            _prepared(self.endpoint, request),
            stream=True,
            timeout=timeout,
            allow_redirects=False,
            **self._trust(session),
        ) as response:
            body, truncated = _body(response, self.most_body)
            return WireReply(response.status_code, tuple(response.raw.headers.iteritems()), body, truncated)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = not _is_loopback(self.endpoint)
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            for scheme in ("http://", "https://"):
                session.mount(scheme, DeadlineAdapter(pool_maxsize=1, max_retries=0))
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session

    def _trust(self, session: requests.Session) -> dict[str, Any]:
        """Proxies and certificates as the user's environment sets them; never keys from a netrc file."""
        merged = session.merge_environment_settings(self.endpoint, {}, None, None, None)
        return {name: merged[name] for name in ("proxies", "verify", "cert")}


def _prepared(endpoint: str, request: WireRequest) -> requests.PreparedRequest:
    """The request byte for byte: the library's own preparation would re-encode the query."""
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = endpoint + request.target
    prepared.headers = CaseInsensitiveDict(request.headers)
    prepared.body = request.body or None
    prepared.prepare_content_length(prepared.body)
    prepared.prepare_cookies({})
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


def _unreachable(endpoint: str, problem: Exception, deadline: Deadline, timeout: float) -> Unreachable:
    if deadline.expired or isinstance(problem, requests.Timeout):
        return Unreachable(f"no whole reply within {timeout:g} seconds", endpoint, "--timeout sets how long is waited")
    return Unreachable(_cause(problem), endpoint, stale=deadline.reused and _closed(problem))


def _closed(problem: BaseException) -> bool:
    """Whether the connection was closed before a reply began."""
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
