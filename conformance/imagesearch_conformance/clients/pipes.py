"""The pipes of an adapter: each is read in a thread of its own, so that neither side waits for the other for ever."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from queue import Full, Queue
from threading import Event, Thread
from typing import IO

#: Where pipes can be waited for. Elsewhere (Windows) a read ends when the other side does, and a write may block.
_WAITS = hasattr(select, "poll")

#: How much is read at once, in bytes, and how often a thread looks whether it is to end, in seconds.
_CHUNK, _LOOK = 65_536, 0.1

#: How long a thread may take to notice that it is to stop: on a busy machine, and where it cannot, no longer.
_STOPPING = 1.0

#: How many chunks wait to be looked at before the writer has to wait.
_CHUNKS = 16


class Reader:
    """Reads a pipe until its end, or until it is told to stop; then the pipe is closed."""

    def __init__(self, pipe: IO[bytes], take: Callable[[bytes, Event], None], name: str) -> None:
        self._pipe, self._take = pipe, take
        self._stopped = Event()
        self._thread = Thread(target=self._read, name=name, daemon=True)
        self._thread.start()

    def stop(self, patience: float) -> None:
        """Waits so long for the end of the pipe, then no longer than the thread needs to notice."""
        self._thread.join(patience)
        self._stopped.set()
        self._thread.join(_STOPPING)

    def _read(self) -> None:
        with self._pipe:
            while not self._stopped.is_set():
                if not readable(self._pipe.fileno(), _LOOK):
                    continue
                chunk = os.read(self._pipe.fileno(), _CHUNK)
                self._take(chunk, self._stopped)
                if not chunk:
                    return


class Chunks(Queue[bytes]):
    """What came and was not looked at yet, bounded; an empty chunk is the end."""

    def __init__(self) -> None:
        super().__init__(_CHUNKS)

    def take(self, chunk: bytes, stopped: Event) -> None:
        """Adds a chunk as soon as there is room."""
        while not stopped.is_set():
            try:
                self.put(chunk, timeout=_LOOK)
            except Full:
                continue
            return


class Tail:
    """The last of what came."""

    def __init__(self, most: int) -> None:
        self._most, self._kept, self._cut = most, b"", False

    def take(self, chunk: bytes, _stopped: Event) -> None:
        """Adds a chunk, and forgets what is too old."""
        whole = self._kept + chunk
        self._cut = self._cut or len(whole) > self._most
        self._kept = whole[-self._most :]

    @property
    def text(self) -> str:
        """The last lines, whole ones where there are several."""
        _, newline, others = self._kept.partition(b"\n")
        kept = others if self._cut and newline and others.strip() else self._kept
        return kept.decode("utf-8", "replace").strip()


def readable(descriptor: int, patience: float) -> bool:
    """Whether a read would not block, after waiting for it a while."""
    return _polled(descriptor, select.POLLIN, patience) if _WAITS else True


def writable(descriptor: int, patience: float) -> bool:
    """Whether a write would not block, after waiting for it a while."""
    return _polled(descriptor, select.POLLOUT, patience) if _WAITS else True


def without_blocking(descriptor: int) -> None:
    """Makes writes take what fits, where that can be waited for."""
    if _WAITS:
        os.set_blocking(descriptor, False)


def _polled(descriptor: int, what: int, patience: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, what)
    return bool(poll.poll(max(0.0, patience) * 1000))
