"""A deadline for a whole exchange: when it passes, the connection is cut, whatever it was doing.

A socket's own timeout counts from one byte to the next, so an endpoint that sends a byte now and
then would never reach it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from http.client import HTTPResponse, parse_headers
from types import TracebackType
from typing import Any, Self

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager
from urllib3.response import BaseHTTPResponse

from imagesearch_conformance.transport.deadline_thread import DeadlineThread

_thread_state = threading.local()

#: Statuses that announce a reply and are none (RFC 9110 section 15.2), apart from a change of protocol.
_INTERIM_STATUSES = range(102, 200)


class ExchangeDeadline:
    """Watches the exchange that the current thread makes inside the `with` block.

    `expired` says afterwards whether the deadline passed, `reused` whether the connection had
    carried an exchange before, `asked` whether the request is out, `answered` whether a reply began.
    The target is put on the wire as it stands: on its way through the library it is normalised.
    """

    def __init__(self, deadline_thread: DeadlineThread, seconds: float, endpoint: str, target: str) -> None:
        """A deadline so many seconds from the moment the block is entered, kept by a watch."""
        self.expired = False
        self.connection_reused = False
        self.request_sent = False
        self.response_started = False
        self._endpoint, self._target = endpoint, target
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._deadline_thread, self._seconds = deadline_thread, seconds

    def __enter__(self) -> Self:
        """Starts the clock."""
        self._cancel = self._deadline_thread.schedule(self._seconds, self._expire)
        _thread_state.deadline = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops the clock."""
        self._cancel()
        _thread_state.deadline = None
        with self._lock:
            self._release_socket()

    def track_connection(self, connection: socket.socket, *, reused: bool) -> None:
        """Names the connection to cut.

        It is held by a handle of our own, because others close, wrap or detach theirs while the
        body is still to be read.
        """
        with self._lock:
            self._release_socket()
            self._socket, self.connection_reused = socket.socket(fileno=os.dup(connection.fileno())), reused
            if self.expired:
                self._shut_down_socket()

    def exact_url(self, url: str) -> str:
        """The target as it was given, in the form (RFC 9112 section 3.2) in which the library wants it."""
        return self._target if url.startswith("/") else self._endpoint + self._target

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            self._shut_down_socket()

    def _shut_down_socket(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _release_socket(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _current_deadline() -> ExchangeDeadline | None:
    """The deadline of the exchange that this thread makes."""
    found: ExchangeDeadline | None = getattr(_thread_state, "deadline", None)
    return found


class _OwnExchangeFilter(logging.Filter):
    """Keeps the library from logging our own exchanges: it writes whole URLs, in which a signature may stand."""

    def filter(self, _: logging.LogRecord) -> bool:
        """Whether this thread makes no exchange of ours."""
        return _current_deadline() is None


for _logger in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_logger}").addFilter(_OwnExchangeFilter())


class _FinalResponse(HTTPResponse):
    """A reply after all interim ones: the library passes over 100 alone and takes any other for the reply itself."""

    def _read_status(self) -> tuple[str, int, str]:
        found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc] # private, and therefore in no stub
        while found[1] in _INTERIM_STATUSES:
            parse_headers(self.fp)
            found = super()._read_status()  # type: ignore[misc]
        return found


class _DeadlineConnection:
    """Tells the deadline of the current thread which connection carries the exchange."""

    response_class: Any = _FinalResponse
    _exchange_count = 0

    def _new_conn(self) -> socket.socket:
        connected: socket.socket = super()._new_conn()  # type: ignore[misc] # of the connection class mixed in
        if deadline := _current_deadline():
            deadline.track_connection(connected, reused=False)
        return connected

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Starts a request, connected first so that there is a connection to name."""
        if self.sock is None:  # type: ignore[attr-defined] # of the connection class mixed in
            self.connect()  # type: ignore[attr-defined]
        if deadline := _current_deadline():
            deadline.track_connection(self.sock, reused=self._exchange_count > 0)  # type: ignore[attr-defined]
            url = deadline.exact_url(url)
        self._exchange_count += 1
        super().putrequest(method, url, *args, **kwargs)  # type: ignore[misc]

    def getresponse(self) -> Any:
        """Waits for the reply, which is the other side's: whatever goes wrong from here on is not ours."""
        if deadline := _current_deadline():
            deadline.request_sent = True
        return super().getresponse()  # type: ignore[misc] # of the connection class mixed in

    def close(self) -> None:
        """Closes the connection; the next exchange is the first of a new one."""
        self._exchange_count = 0
        super().close()  # type: ignore[misc]


class _DeadlineHTTPConnection(_DeadlineConnection, HTTPConnection):
    pass


class _DeadlineHTTPSConnection(_DeadlineConnection, HTTPSConnection):
    pass


class _DeadlineHTTPPool(HTTPConnectionPool):
    ConnectionCls = _DeadlineHTTPConnection


class _DeadlineHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _DeadlineHTTPSConnection


class DeadlineAdapter(HTTPAdapter):
    """An adapter of requests whose connections, direct or through a proxy, obey the deadline of their thread.

    It serves one endpoint in one way: its pool is looked for once, and of a reply only what is on the wire is kept.
    """

    _pool: ConnectionPool | None = None

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:
        """The pool of connections to the endpoint."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def build_response(self, req: PreparedRequest, resp: BaseHTTPResponse) -> Response:
        """The status and the raw reply: cookies and headers of their own are for sessions."""
        response = Response()
        response.status_code, response.raw, response.request = resp.status, resp, req
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools of requests with watched connections."""
        super().init_poolmanager(*args, **kwargs)
        _use_deadline_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        """Makes the pools for a proxy with watched connections."""
        return _use_deadline_pools(super().proxy_manager_for(proxy, **kwargs))


def _use_deadline_pools(manager: PoolManager) -> PoolManager:
    manager.pool_classes_by_scheme = {"http": _DeadlineHTTPPool, "https": _DeadlineHTTPSPool}
    return manager
