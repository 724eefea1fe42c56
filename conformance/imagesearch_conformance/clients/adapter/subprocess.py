"""The subprocess of an adapter: lines in, lines out, bounded in time and size, and ended for certain.

Each pipe is read in a thread of its own, so that neither side blocks the other.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Callable, Mapping
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import IO

from imagesearch_conformance.clients.adapter.errors import AdapterError
from imagesearch_conformance.model.client import AdapterFailure

#: Whether pipes can be polled. If not (Windows), a read ends with the other side, and a write may block.
_CAN_POLL = hasattr(select, "poll")

#: Bytes read at once, and the interval at which a thread checks whether to stop, in seconds.
_CHUNK_SIZE, _STOP_INTERVAL = 65_536, 0.1

#: Time for a thread to notice that it has to stop, in seconds: enough for a busy machine.
_STOP_TIMEOUT = 1.0

#: Number of unread chunks at which the writer has to wait.
_MAX_CHUNKS = 16

#: Limit of the output of one call, and of the standard error kept, in bytes.
MAX_OUTPUT, _MAX_STDERR = 8 * 1024 * 1024, 2048

#: Interval at which a process is polled, in seconds.
_POLL_INTERVAL = 0.1

#: Time for a process to end by itself after its input or output was closed, in seconds.
_EXIT_TIMEOUT = 1.0

#: Time for the last output of an ended process to arrive, in seconds.
_DRAIN_TIMEOUT = 0.5


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


class AdapterSubprocess:
    """A process in a session of its own, together with every process that it starts."""

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str], clock: Callable[[], float]) -> None:
        """Start the command; raise OSError or ValueError if that is impossible."""
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # noqa: S603 the command is what the user asks to be run
            command, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, env=dict(environment), start_new_session=True
        )
        self._clock, self._buffer, self._byte_count, self._at_end = clock, _LineBuffer(), 0, False
        self._chunks, self._stderr_tail = BoundedBuffer(), TailBuffer(_MAX_STDERR)
        self._input, output, errors = _pipes(self._process)
        set_nonblocking(self._input.fileno())
        self._stdout_reader = PipeReader(output, self._chunks.add, "adapter-output")
        self._stderr_reader = PipeReader(errors, self._stderr_tail.add, "adapter-errors")

    @property
    def stderr_tail(self) -> str:
        """The end of its standard error; complete after kill()."""
        return self._stderr_tail.text

    @property
    def partial_line_length(self) -> int:
        """The number of bytes after the last line end."""
        return len(self._buffer)

    def reset_byte_count(self) -> None:
        """Start the output limit of the next call."""
        self._byte_count = 0

    def write(self, line: bytes, deadline: float) -> None:
        """Write a line; raise AdapterError at the deadline. A closed pipe is left to the next read to report."""
        rest = memoryview(line)
        while rest:
            seconds_left = deadline - self._clock()
            if seconds_left <= 0:
                raise AdapterError(AdapterFailure.HANG, "the adapter does not read its standard input")
            if not is_writable(self._input.fileno(), min(seconds_left, _POLL_INTERVAL)):
                continue
            try:
                rest = rest[os.write(self._input.fileno(), rest) :]
            except BlockingIOError:
                continue
            except OSError:  # the other end is closed
                return

    def next_line(self, deadline: float, *, objects_only: bool = False) -> bytes | None:
        """Return the next line, None on timeout; raise AdapterError at the end of output or above its limit.

        With `objects_only`, lines that cannot contain an object are skipped.
        """
        while (line := self._buffer.next_line(objects_only=objects_only)) is None:
            chunk = self._next_chunk(deadline)
            if chunk is None:
                return None
            if not chunk:
                return self._final_line()
            self._byte_count += len(chunk)
            self._buffer.add(chunk)
            if max(self._byte_count, len(self._buffer)) > MAX_OUTPUT:
                raise AdapterError(AdapterFailure.FLOOD, f"the adapter wrote more than {MAX_OUTPUT} bytes for one call")
        return line

    def kill(self) -> None:
        """End the process and its whole group at once."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_TIMEOUT)
        self._close_input()
        self._stdout_reader.stop(0.0)
        self._stderr_reader.stop(_DRAIN_TIMEOUT)

    def close(self) -> None:
        """Close the input, which asks the process to end, and kill what is left."""
        self._close_input()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_TIMEOUT)
        self.kill()

    def _next_chunk(self, deadline: float) -> bytes | None:
        """Return the next chunk, None on timeout, empty at the end."""
        while not self._at_end:
            seconds_left = deadline - self._clock()
            with contextlib.suppress(Empty):
                return self._note_end(
                    self._chunks.get(timeout=min(seconds_left, _POLL_INTERVAL))
                    if seconds_left > 0
                    else self._chunks.get_nowait()
                )
            if seconds_left <= 0:
                return None
            if self._process.poll() is not None:  # its children may still hold its output open
                with contextlib.suppress(Empty):
                    return self._note_end(self._chunks.get(timeout=_DRAIN_TIMEOUT))
                self._at_end = True
        return b""

    def _note_end(self, chunk: bytes) -> bytes:
        self._at_end = not chunk
        return chunk

    def _final_line(self) -> bytes:
        rest = self._buffer.take_rest()
        if rest:
            return rest
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_TIMEOUT)
        raise AdapterError(AdapterFailure.CRASH, f"{_describe_exit(self._process.returncode)} before it answered")

    def _close_input(self) -> None:
        with contextlib.suppress(OSError):
            self._input.close()


class _LineBuffer:
    """Splits bytes into lines; searches no byte twice."""

    def __init__(self) -> None:
        self._bytes, self._searched = bytearray(), 0

    def __len__(self) -> int:
        return len(self._bytes)

    def add(self, chunk: bytes) -> None:
        self._bytes += chunk

    def next_line(self, *, objects_only: bool) -> bytes | None:
        if objects_only and not self._searched:
            self._drop_plain_lines()
        end = self._bytes.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._bytes)
            return None
        line = bytes(self._bytes[:end])
        del self._bytes[: end + 1]
        self._searched = 0
        return line

    def _drop_plain_lines(self) -> None:
        """Drop the lines before the first brace: millions of lines take too long one at a time."""
        brace = self._bytes.find(b"{")
        del self._bytes[: self._bytes.rfind(b"\n", 0, brace if brace >= 0 else None) + 1]

    def take_rest(self) -> bytes:
        rest = bytes(self._bytes)
        self._bytes.clear()
        self._searched = 0
        return rest


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    pipes = (process.stdin, process.stdout, process.stderr)
    stdin, stdout, stderr = (pipe for pipe in pipes if pipe is not None)
    return stdin, stdout, stderr


def _describe_exit(code: int | None) -> str:
    if code is None:
        return "the adapter closed its standard output"
    if code >= 0:
        return f"the adapter ended with exit code {code}"
    try:
        return f"the adapter was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"the adapter was ended by signal {-code}"
