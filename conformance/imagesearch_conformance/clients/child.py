"""One process of an adapter's command: lines in, lines out, bounded in time and size, and an end that is certain."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from queue import Empty
from typing import IO

from imagesearch_conformance.clients.broken import Broken
from imagesearch_conformance.clients.pipes import Chunks, Reader, Tail, without_blocking, writable
from imagesearch_conformance.model.client import Breakdown

#: The most that is read of one call, and kept of standard error, in bytes.
MOST_OUTPUT, _MOST_SAID = 8 * 1024 * 1024, 2048

#: How often a process is looked at while it is waited for, in seconds.
_LOOK = 0.1

#: How long a process that was told to end may take for it, or one that closed its output, in seconds.
_PATIENCE = 1.0

#: How long the last words of a process that ended may be on their way, in seconds.
_LAST = 0.5


class Child:
    """A process in a session of its own, with everything that it starts."""

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str], clock: Callable[[], float]) -> None:
        """Starts the command; raises OSError or ValueError where that cannot be done."""
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # noqa: S603 the command is what the user asks to be run
            command, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, env=dict(environment), start_new_session=True
        )
        self._clock, self._buffer, self._taken, self._over = clock, _Buffer(), 0, False
        self._chunks, self._said = Chunks(), Tail(_MOST_SAID)
        self._input, output, errors = _pipes(self._process)
        without_blocking(self._input.fileno())
        self._output = Reader(output, self._chunks.take, "adapter-output")
        self._errors = Reader(errors, self._said.take, "adapter-errors")

    @property
    def last_words(self) -> str:
        """The end of what it said on standard error; complete once it is killed."""
        return self._said.text

    @property
    def unfinished(self) -> int:
        """How many bytes came after the last end of a line."""
        return len(self._buffer)

    def forget(self) -> None:
        """Begins to count anew how much is written: the next call begins."""
        self._taken = 0

    def write(self, line: bytes, until: float) -> None:
        """Writes a line; raises Broken when it is not read in time. Reading tells how a process ended meanwhile."""
        rest = memoryview(line)
        while rest:
            left = until - self._clock()
            if left <= 0:
                raise Broken(Breakdown.HANG, "the adapter does not read its standard input")
            if not writable(self._input.fileno(), min(left, _LOOK)):
                continue
            try:
                rest = rest[os.write(self._input.fileno(), rest) :]
            except BlockingIOError:
                continue
            except OSError:  # the other end is closed
                return

    def line(self, until: float, *, brief: bool = False) -> bytes | None:
        """The next line, or None when there is none in time; raises Broken at the end, or for too much of it.

        With `brief` lines are left out that cannot hold an object.
        """
        while (found := self._buffer.line(brief=brief)) is None:
            chunk = self._chunk(until)
            if chunk is None:
                return None
            if not chunk:
                return self._rest()
            self._taken += len(chunk)
            self._buffer.add(chunk)
            if max(self._taken, len(self._buffer)) > MOST_OUTPUT:
                raise Broken(Breakdown.FLOOD, f"the adapter wrote more than {MOST_OUTPUT} bytes for one call")
        return found

    def kill(self) -> None:
        """Ends the process and all of its group at once."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self._close_input()
        self._output.stop(0.0)
        self._errors.stop(_LAST)

    def close(self) -> None:
        """Lets the process end by itself, which the end of its input asks for, and kills what is left."""
        self._close_input()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self.kill()

    def _chunk(self, until: float) -> bytes | None:
        """What came next, None when nothing came in time, nothing at the end."""
        while not self._over:
            left = until - self._clock()
            with contextlib.suppress(Empty):
                return self._ended(
                    self._chunks.get(timeout=min(left, _LOOK)) if left > 0 else self._chunks.get_nowait()
                )
            if left <= 0:
                return None
            if self._process.poll() is not None:  # though what it started may hold its output open
                with contextlib.suppress(Empty):
                    return self._ended(self._chunks.get(timeout=_LAST))
                self._over = True
        return b""

    def _ended(self, chunk: bytes) -> bytes:
        self._over = not chunk
        return chunk

    def _rest(self) -> bytes:
        rest = self._buffer.rest()
        if rest:
            return rest
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        raise Broken(Breakdown.CRASH, f"{_end(self._process.returncode)} before it answered")

    def _close_input(self) -> None:
        with contextlib.suppress(OSError):
            self._input.close()


class _Buffer:
    """Bytes, cut into lines; what was searched once is not searched again."""

    def __init__(self) -> None:
        self._bytes, self._searched = bytearray(), 0

    def __len__(self) -> int:
        return len(self._bytes)

    def add(self, chunk: bytes) -> None:
        self._bytes += chunk

    def line(self, *, brief: bool) -> bytes | None:
        if brief and not self._searched:
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

    def rest(self) -> bytes:
        found = bytes(self._bytes)
        self._bytes.clear()
        self._searched = 0
        return found


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    given = (process.stdin, process.stdout, process.stderr)
    stdin, stdout, stderr = (one for one in given if one is not None)
    return stdin, stdout, stderr


def _end(code: int | None) -> str:
    if code is None:
        return "the adapter closed its standard output"
    if code >= 0:
        return f"the adapter ended with exit code {code}"
    try:
        return f"the adapter was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"the adapter was ended by signal {-code}"
