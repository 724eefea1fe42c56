"""The pipes of an adapter: each is read in a thread of its own, so that neither side waits for the other for ever."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from queue import Full, Queue
from threading import Event, Thread
from typing import IO

#: Where pipes can be waited for. Elsewhere (Windows) a read ends when the other side does, and a write may block.
_CAN_POLL = hasattr(select, "poll")

#: How much is read at once, in bytes, and how often a thread looks whether it is to end, in seconds.
_CHUNK_SIZE, _POLL_INTERVAL = 65_536, 0.1

#: How long a thread may take to notice that it is to stop: on a busy machine, and where it cannot, no longer.
_STOP_TIMEOUT = 1.0

#: How many chunks wait to be looked at before the writer has to wait.
_MAX_CHUNKS = 16


class PipeReader:
    """Reads a pipe until its end, or until it is told to stop; then the pipe is closed."""

    def __init__(self, pipe: IO[bytes], consume: Callable[[bytes, Event], None], name: str) -> None:
        self._pipe, self._consume = pipe, consume
        self._stopped = Event()
        self._thread = Thread(target=self._read_until_end, name=name, daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Waits so long for the end of the pipe, then no longer than the thread needs to notice."""
        self._thread.join(timeout)
        self._stopped.set()
        self._thread.join(_STOP_TIMEOUT)

    def _read_until_end(self) -> None:
        with self._pipe:
            while not self._stopped.is_set():
                if not is_readable(self._pipe.fileno(), _POLL_INTERVAL):
                    continue
                chunk = os.read(self._pipe.fileno(), _CHUNK_SIZE)
                self._consume(chunk, self._stopped)
                if not chunk:
                    return


class BoundedBuffer(Queue[bytes]):
    """What came and was not looked at yet, bounded; an empty chunk is the end."""

    def __init__(self) -> None:
        super().__init__(_MAX_CHUNKS)

    def add(self, chunk: bytes, stopped: Event) -> None:
        """Adds a chunk as soon as there is room."""
        while not stopped.is_set():
            try:
                self.put(chunk, timeout=_POLL_INTERVAL)
            except Full:
                continue
            return


class TailBuffer:
    """The last of what came."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._tail, self._is_clipped = max_bytes, b"", False

    def add(self, chunk: bytes, _stopped: Event) -> None:
        """Adds a chunk, and forgets what is too old."""
        whole = self._tail + chunk
        self._is_clipped = self._is_clipped or len(whole) > self._max_bytes
        self._tail = whole[-self._max_bytes :]

    @property
    def text(self) -> str:
        """The last lines, whole ones where there are several."""
        _, newline, others = self._tail.partition(b"\n")
        kept = others if self._is_clipped and newline and others.strip() else self._tail
        return kept.decode("utf-8", "replace").strip()


def is_readable(descriptor: int, timeout: float) -> bool:
    """Whether a read would not block, after waiting for it a while."""
    return _poll(descriptor, select.POLLIN, timeout) if _CAN_POLL else True


def is_writable(descriptor: int, timeout: float) -> bool:
    """Whether a write would not block, after waiting for it a while."""
    return _poll(descriptor, select.POLLOUT, timeout) if _CAN_POLL else True


def set_nonblocking(descriptor: int) -> None:
    """Makes writes take what fits, where that can be waited for."""
    if _CAN_POLL:
        os.set_blocking(descriptor, False)


def _poll(descriptor: int, event: int, timeout: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, event)
    return bool(poll.poll(max(0.0, timeout) * 1000))
