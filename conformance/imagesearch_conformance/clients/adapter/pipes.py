"""Readers of an adapter's pipes: each has a thread of its own, so that neither side blocks the other."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from queue import Full, Queue
from threading import Event, Thread
from typing import IO

#: Whether pipes can be polled. If not (Windows), a read ends with the other side, and a write may block.
_CAN_POLL = hasattr(select, "poll")

#: Bytes read at once, and the interval at which a thread checks whether to stop, in seconds.
_CHUNK_SIZE, _STOP_INTERVAL = 65_536, 0.1

#: Time for a thread to notice that it has to stop, in seconds: enough for a busy machine.
_STOP_TIMEOUT = 1.0

#: Number of unread chunks at which the writer has to wait.
_MAX_CHUNKS = 16


class PipeReader:
    """Reads a pipe in a thread until its end or until stopped, then closes it."""

    def __init__(self, pipe: IO[bytes], consume: Callable[[bytes, Event], None], name: str) -> None:
        self._pipe, self._consume = pipe, consume
        self._stopped = Event()
        self._thread = Thread(target=self._read_until_end, name=name, daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Wait `timeout` seconds for the end of the pipe, then stop reading."""
        self._thread.join(timeout)
        self._stopped.set()
        self._thread.join(_STOP_TIMEOUT)

    def _read_until_end(self) -> None:
        with self._pipe:
            while not self._stopped.is_set():
                if not is_readable(self._pipe.fileno(), _STOP_INTERVAL):
                    continue
                chunk = os.read(self._pipe.fileno(), _CHUNK_SIZE)
                self._consume(chunk, self._stopped)
                if not chunk:
                    return


class BoundedBuffer(Queue[bytes]):
    """Unread chunks, bounded in number; an empty chunk marks the end."""

    def __init__(self) -> None:
        super().__init__(_MAX_CHUNKS)

    def add(self, chunk: bytes, stopped: Event) -> None:
        """Add a chunk as soon as there is room, unless stopped."""
        while not stopped.is_set():
            try:
                self.put(chunk, timeout=_STOP_INTERVAL)
            except Full:
                continue
            return


class TailBuffer:
    """The last bytes of a stream."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._tail, self._is_clipped = max_bytes, b"", False

    def add(self, chunk: bytes, _stopped: Event) -> None:
        """Add a chunk and drop the oldest bytes beyond the limit."""
        tail = self._tail + chunk
        self._is_clipped = self._is_clipped or len(tail) > self._max_bytes
        self._tail = tail[-self._max_bytes :]

    @property
    def text(self) -> str:
        """The last lines; complete ones if there is more than one."""
        _, newline, complete_lines = self._tail.partition(b"\n")
        tail = complete_lines if self._is_clipped and newline and complete_lines.strip() else self._tail
        return tail.decode("utf-8", "replace").strip()


def is_readable(descriptor: int, timeout: float) -> bool:
    """Wait until a read does not block; return False on timeout."""
    return _poll(descriptor, select.POLLIN, timeout) if _CAN_POLL else True


def is_writable(descriptor: int, timeout: float) -> bool:
    """Wait until a write does not block; return False on timeout."""
    return _poll(descriptor, select.POLLOUT, timeout) if _CAN_POLL else True


def set_nonblocking(descriptor: int) -> None:
    """Make writes take only what fits, if the descriptor can be polled."""
    if _CAN_POLL:
        os.set_blocking(descriptor, False)


def _poll(descriptor: int, event: int, timeout: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, event)
    return bool(poll.poll(max(0.0, timeout) * 1000))
