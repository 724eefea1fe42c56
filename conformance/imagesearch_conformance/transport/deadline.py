"""A deadline for a whole exchange: when it passes, the connection is cut, whatever it was doing.

A socket's own timeout counts from one byte to the next, so an endpoint that sends a byte now and
then would never reach it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_current = threading.local()


class Deadline:
    """Watches the exchange that the current thread makes inside the `with` block.

    `expired` says afterwards whether the deadline passed, `reused` whether the connection had
    carried an exchange before.
    """

    def __init__(self, seconds: float) -> None:
        """A deadline so many seconds from the moment the block is entered."""
        self.expired = False
        self.reused = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Starts the clock."""
        _current.deadline = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops the clock."""
        self._timer.cancel()
        _current.deadline = None

    def watch(self, connected: socket.socket | None, reused: bool) -> None:  # noqa: FBT001 a fact of the connection
        """Names the socket to cut."""
        self._socket, self.reused = connected, reused

    def _cut(self) -> None:
        self.expired = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Watched:
    """Tells the deadline of the current thread which socket carries the exchange."""

    _exchanges = 0

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        """Starts a request, connected first so that there is a socket to name."""
        if self.sock is None:  # type: ignore[attr-defined] # of the connection class mixed in
            self.connect()  # type: ignore[attr-defined]
        deadline: Deadline | None = getattr(_current, "deadline", None)
        if deadline is not None:
            deadline.watch(self.sock, self._exchanges > 0)  # type: ignore[attr-defined]
        self._exchanges += 1
        super().putrequest(*args, **kwargs)  # type: ignore[misc]

    def close(self) -> None:
        """Closes the connection; the next exchange is the first of a new one."""
        self._exchanges = 0
        super().close()  # type: ignore[misc]


class _WatchedHTTP(_Watched, HTTPConnection):
    pass


class _WatchedHTTPS(_Watched, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class DeadlineAdapter(HTTPAdapter):
    """An adapter of requests whose connections obey the deadline of their thread."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools of requests with watched connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
