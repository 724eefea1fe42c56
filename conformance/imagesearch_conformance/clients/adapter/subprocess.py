"""One process of an adapter's command: lines in, lines out, bounded in time and size, and an end that is certain."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from queue import Empty
from typing import IO

from imagesearch_conformance.clients.adapter.errors import AdapterError
from imagesearch_conformance.clients.adapter.pipes import (
    BoundedBuffer,
    PipeReader,
    TailBuffer,
    is_writable,
    set_nonblocking,
)
from imagesearch_conformance.model.client import AdapterFailure

#: The most that is read of one call, and kept of standard error, in bytes.
MAX_OUTPUT, _MAX_STDERR = 8 * 1024 * 1024, 2048

#: How often a process is looked at while it is waited for, in seconds.
_POLL_INTERVAL = 0.1

#: How long a process that was told to end may take for it, or one that closed its output, in seconds.
_EXIT_TIMEOUT = 1.0

#: How long the last words of a process that ended may be on their way, in seconds.
_DRAIN_TIMEOUT = 0.5


class AdapterSubprocess:
    """A process in a session of its own, with everything that it starts."""

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str], clock: Callable[[], float]) -> None:
        """Starts the command; raises OSError or ValueError where that cannot be done."""
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
        """The end of what it said on standard error; complete once it is killed."""
        return self._stderr_tail.text

    @property
    def partial_line_length(self) -> int:
        """How many bytes came after the last end of a line."""
        return len(self._buffer)

    def reset_byte_count(self) -> None:
        """Begins to count anew how much is written: the next call begins."""
        self._byte_count = 0

    def write(self, line: bytes, deadline: float) -> None:
        """Writes a line; raises Broken when it is not read in time. Reading tells how a process ended meanwhile."""
        rest = memoryview(line)
        while rest:
            left = deadline - self._clock()
            if left <= 0:
                raise AdapterError(AdapterFailure.HANG, "the adapter does not read its standard input")
            if not is_writable(self._input.fileno(), min(left, _POLL_INTERVAL)):
                continue
            try:
                rest = rest[os.write(self._input.fileno(), rest) :]
            except BlockingIOError:
                continue
            except OSError:  # the other end is closed
                return

    def next_line(self, deadline: float, *, objects_only: bool = False) -> bytes | None:
        """The next line, or None when there is none in time; raises Broken at the end, or for too much of it.

        With `brief` lines are left out that cannot hold an object.
        """
        while (found := self._buffer.next_line(objects_only=objects_only)) is None:
            chunk = self._next_chunk(deadline)
            if chunk is None:
                return None
            if not chunk:
                return self._final_line()
            self._byte_count += len(chunk)
            self._buffer.add(chunk)
            if max(self._byte_count, len(self._buffer)) > MAX_OUTPUT:
                raise AdapterError(AdapterFailure.FLOOD, f"the adapter wrote more than {MAX_OUTPUT} bytes for one call")
        return found

    def kill(self) -> None:
        """Ends the process and all of its group at once."""
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
        """Lets the process end by itself, which the end of its input asks for, and kills what is left."""
        self._close_input()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_TIMEOUT)
        self.kill()

    def _next_chunk(self, deadline: float) -> bytes | None:
        """What came next, None when nothing came in time, nothing at the end."""
        while not self._at_end:
            left = deadline - self._clock()
            with contextlib.suppress(Empty):
                return self._note_end(
                    self._chunks.get(timeout=min(left, _POLL_INTERVAL)) if left > 0 else self._chunks.get_nowait()
                )
            if left <= 0:
                return None
            if self._process.poll() is not None:  # though what it started may hold its output open
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
    """Bytes, cut into lines; what was searched once is not searched again."""

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
        found = bytes(self._bytes[:end])
        del self._bytes[: end + 1]
        self._searched = 0
        return found

    def _drop_plain_lines(self) -> None:
        """Drops what stands before the first line with a brace: millions of lines take their time one by one."""
        brace = self._bytes.find(b"{")
        del self._bytes[: self._bytes.rfind(b"\n", 0, brace if brace >= 0 else None) + 1]

    def take_rest(self) -> bytes:
        found = bytes(self._bytes)
        self._bytes.clear()
        self._searched = 0
        return found


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    given = (process.stdin, process.stdout, process.stderr)
    stdin, stdout, stderr = (one for one in given if one is not None)
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
