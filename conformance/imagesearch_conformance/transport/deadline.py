"""Deadlines for whole exchanges: when one passes, the connection is shut down, whatever its state.

The timeout of a socket counts from one byte to the next, so an endpoint that sends single bytes would never exceed it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPResponse, parse_headers
from math import inf
from types import TracebackType
from typing import Any, Self

from attrs import define, field
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager
from urllib3.response import BaseHTTPResponse

_thread_state = threading.local()

#: The statuses of interim responses (RFC 9110 section 15.2), except for a change of protocol.
_INTERIM_STATUSES = range(102, 200)


@define
class DeadlineThread:
    """Calls functions at given times; thread-safe. The thread starts with the first call of `schedule`.

    `threading.Timer` would start a thread for each exchange, which takes longer than most exchanges.
    """

    _pending: dict[object, tuple[float, Callable[[], None]]] = field(factory=dict, init=False)
    _condition: threading.Condition = field(factory=threading.Condition, init=False)
    _wake_time: float = field(default=inf, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def schedule(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call a function in the thread after `seconds`; the returned function cancels the call."""
        key, due_time = object(), time.monotonic() + seconds
        with self._condition:
            self._ensure_started()
            self._pending[key] = due_time, callback
            if due_time < self._wake_time:
                self._condition.notify_all()

        def cancel() -> None:
            with self._condition:
                self._pending.pop(key, None)

        return cancel

    def close(self) -> None:
        """Stop the thread, and drop all pending calls."""
        with self._condition:
            self._pending.clear()
            self._thread = None
            self._condition.notify_all()

    def _ensure_started(self) -> None:
        # A thread may have failed to start, or may not exist in a process after a fork.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run_callbacks, name="deadlines", daemon=True)
            self._thread.start()

    def _run_callbacks(self) -> None:
        while (callbacks := self._wait_for_due()) is not None:
            for callback in callbacks:
                callback()

    def _wait_for_due(self) -> list[Callable[[], None]] | None:
        """Wait until calls are due, and return them; None if the thread is to stop."""
        with self._condition:
            while self._thread is threading.current_thread():
                now = time.monotonic()
                if due := [key for key, (due_time, _) in self._pending.items() if due_time <= now]:
                    return [self._pending.pop(key)[1] for key in due]
                # A cancelled call does not notify: the thread wakes up once without a call to make.
                self._wake_time = min((due_time for due_time, _ in self._pending.values()), default=inf)
                self._condition.wait(None if self._wake_time == inf else self._wake_time - now)
            return None


class ExchangeDeadline:
    """The deadline of the exchange of the current thread inside the `with` block.

    Afterwards `expired` is true if the deadline passed, `connection_reused` if the connection had carried an exchange
    before, `request_sent` if the request was sent, `response_started` if a response began. The target is sent exactly
    as given, although the library normalises it.
    """

    def __init__(self, deadline_thread: DeadlineThread, seconds: float, endpoint: str, target: str) -> None:
        """Create a deadline that starts when the block is entered."""
        self.expired = False
        self.connection_reused = False
        self.request_sent = False
        self.response_started = False
        self._endpoint, self._target = endpoint, target
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._deadline_thread, self._seconds = deadline_thread, seconds

    def __enter__(self) -> Self:
        self._cancel = self._deadline_thread.schedule(self._seconds, self._expire)
        _thread_state.deadline = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cancel()
        _thread_state.deadline = None
        with self._lock:
            self._release_socket()

    def track_connection(self, connection: socket.socket, *, reused: bool) -> None:
        """Set the connection to shut down.

        A duplicate of its file descriptor is used, because the library closes, wraps or detaches the socket before the
        body is read.
        """
        with self._lock:
            self._release_socket()
            self._socket, self.connection_reused = socket.socket(fileno=os.dup(connection.fileno())), reused
            if self.expired:
                self._shut_down_socket()

    def exact_url(self, url: str) -> str:
        """Return the exact target, in the form (RFC 9112 section 3.2) of the URL that the library would send."""
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
    deadline: ExchangeDeadline | None = getattr(_thread_state, "deadline", None)
    return deadline


class _OwnExchangeFilter(logging.Filter):
    """Suppresses log records of the suite's own exchanges: the library logs whole URLs, which may hold signatures."""

    def filter(self, _: logging.LogRecord) -> bool:
        return _current_deadline() is None


for _logger in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_logger}").addFilter(_OwnExchangeFilter())


class _FinalResponse(HTTPResponse):
    """The response after all interim ones: the library skips only 100, and takes another one for the response."""

    def _read_status(self) -> tuple[str, int, str]:
        line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc] # private, so the stubs omit it
        while line[1] in _INTERIM_STATUSES:
            parse_headers(self.fp)
            line = super()._read_status()  # type: ignore[misc]
        return line


class _DeadlineConnection:
    """Passes the connection of an exchange to the deadline of the current thread."""

    response_class: Any = _FinalResponse
    _exchange_count = 0

    def _new_conn(self) -> socket.socket:
        connection: socket.socket = super()._new_conn()  # type: ignore[misc] # of the connection class mixed in
        if deadline := _current_deadline():
            deadline.track_connection(connection, reused=False)
        return connection

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Start a request; connect first, so that the deadline gets a connection."""
        if self.sock is None:  # type: ignore[attr-defined] # of the connection class mixed in
            self.connect()  # type: ignore[attr-defined]
        if deadline := _current_deadline():
            deadline.track_connection(self.sock, reused=self._exchange_count > 0)  # type: ignore[attr-defined]
            url = deadline.exact_url(url)
        self._exchange_count += 1
        super().putrequest(method, url, *args, **kwargs)  # type: ignore[misc]

    def getresponse(self) -> Any:
        """Read the response; any error from here on is the endpoint's."""
        if deadline := _current_deadline():
            deadline.request_sent = True
        return super().getresponse()  # type: ignore[misc] # of the connection class mixed in

    def close(self) -> None:
        """Close the connection; the next exchange opens a new one."""
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

    It serves one endpoint, so it looks up the pool once, and its responses have only the status and the raw response.
    """

    _pool: ConnectionPool | None = None

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:
        """Return the pool of connections to the endpoint."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def build_response(self, req: PreparedRequest, resp: BaseHTTPResponse) -> Response:
        """Build a response without cookies and headers, which only sessions need."""
        response = Response()
        response.status_code, response.raw, response.request = resp.status, resp, req
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _use_deadline_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        return _use_deadline_pools(super().proxy_manager_for(proxy, **kwargs))


def _use_deadline_pools(manager: PoolManager) -> PoolManager:
    manager.pool_classes_by_scheme = {"http": _DeadlineHTTPPool, "https": _DeadlineHTTPSPool}
    return manager
