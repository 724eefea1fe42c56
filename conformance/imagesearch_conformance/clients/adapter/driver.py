"""Driver of a client in a subprocess: starts the adapter, calls it, and restarts it after a failure."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import TracebackType
from typing import Self

from attrs import evolve

from imagesearch_conformance.clients.adapter.errors import AdapterError
from imagesearch_conformance.clients.adapter.jsonrpc import (
    INITIALIZE,
    SEARCH,
    OutputLine,
    encode_request,
    is_notification,
    parse_answer,
    parse_client_info,
    parse_line,
)
from imagesearch_conformance.clients.adapter.subprocess import AdapterSubprocess
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.client import AdapterFailure, Answer, CallArguments, ClientInfo
from imagesearch_conformance.model.finding import Json

#: Number of noise lines kept, and the length kept of each, in characters.
_MAX_NOISE_LINES, _MAX_NOISE_LENGTH = 20, 500


class AdapterDriver:
    """Drives a client through an adapter that speaks JSON-RPC over its standard input and output.

    `environment` is the whole environment of the adapter, `timeout` the time it has to answer, in seconds. The
    adapter is started by the first call, or on entering the context manager.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], timeout: float, clock: Callable[[], float]
    ) -> None:
        self._command, self._environment = tuple(command), dict(environment)
        self._timeout, self._clock = timeout, clock
        self._message_ids, self._noise = count(1), list[str]()
        self._process: AdapterSubprocess | None = None
        self._info = ClientInfo(command=self._command)
        #: The error of a failed initialization: reported by the next call. Initialization is not tried again.
        self._pending_error: AdapterError | None = None
        self._should_initialize, self._was_started, self._was_quiet = True, False, True

    @property
    def info(self) -> ClientInfo:
        """The client's description of itself; only its command before it is started."""
        return self._info

    @property
    def noise(self) -> tuple[str, ...]:
        """The first lines on standard output that were not messages."""
        return tuple(self._noise)

    def start(self) -> None:
        """Start and initialize the adapter; raise InvalidInput if the command cannot be started."""
        if self._process is not None:
            return
        try:
            self._process = AdapterSubprocess(self._command, self._environment, self._clock)
        except (OSError, ValueError, IndexError) as error:
            if self._was_started:
                raise AdapterError(AdapterFailure.CRASH, f"the adapter cannot be restarted: {error}") from error
            raise _start_error(self._command, error) from error
        self._was_started = True
        if self._should_initialize:
            self._initialize(self._process)

    def call(self, parameters: CallArguments) -> Answer:
        """Return the answer to one call; raise only InvalidInput, if the command cannot be started at all."""
        started = self._clock()
        try:
            process = self._ensure_running()
            started = self._clock()
            message_id, line = self._send_request(process, SEARCH, dict(parameters))
            answer = parse_answer(line, message_id)
        except AdapterError as error:
            answer = self._discard_process(error).answer
        return evolve(answer, seconds=self._clock() - started)

    def close(self) -> None:
        """End the adapter, by force if necessary."""
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ensure_running(self) -> AdapterSubprocess:
        if self._process is None and self._pending_error is None:
            self.start()
        error, self._pending_error = self._pending_error, None
        if error is not None:
            raise error
        if self._process is None:
            raise AdapterError(AdapterFailure.CRASH, "the adapter is not running")
        return self._process

    def _initialize(self, process: AdapterSubprocess) -> None:
        try:
            message_id, line = self._send_request(process, INITIALIZE, {})
            self._info = parse_client_info(line, message_id, self._command)
        except AdapterError as error:
            self._should_initialize = False
            self._pending_error = self._discard_process(evolve(error, text=f"{INITIALIZE}: {error.text}"))
        except BaseException:
            self.close()
            raise

    def _send_request(
        self, process: AdapterSubprocess, method: str, parameters: Mapping[str, Json]
    ) -> tuple[int, OutputLine]:
        """Send a request; return its id and the first message after it."""
        message_id, deadline = next(self._message_ids), self._clock() + self._timeout
        self._was_quiet = not self._noise
        process.reset_byte_count()
        early = self._next_message(process, 0.0)
        if early is not None:
            text = f"a message came before the request with the id {message_id} was sent"
            raise AdapterError(AdapterFailure.WRONG_ID, text)
        process.write(encode_request(message_id, method, parameters), deadline)
        line = self._next_message(process, deadline)
        if line is None:
            raise AdapterError(AdapterFailure.HANG, self._timeout_message(process))
        return message_id, line

    def _next_message(self, process: AdapterSubprocess, deadline: float) -> OutputLine | None:
        """Return the next line that is a message, None if none comes in time; lines before it are noise."""
        while (raw := process.next_line(deadline, objects_only=len(self._noise) >= _MAX_NOISE_LINES)) is not None:
            line = parse_line(raw)
            if line.document is not None and not is_notification(line):
                return line
            if line.text.strip() and len(self._noise) < _MAX_NOISE_LINES:
                self._noise.append(line.text[:_MAX_NOISE_LENGTH])
        return None

    def _timeout_message(self, process: AdapterSubprocess) -> str:
        text = f"the adapter did not answer within {self._timeout:g} seconds"
        if process.partial_line_length:
            text += f"; {process.partial_line_length} bytes came without a line end, which every answer needs"
        return text

    def _discard_process(self, error: AdapterError) -> AdapterError:
        """Kill the process; return the error together with the process's last output, which may explain it."""
        process, self._process = self._process, None
        error = self._with_noise(error)
        if process is None:
            return error
        process.kill()
        if error.failure not in {AdapterFailure.CRASH, AdapterFailure.HANG} or not process.stderr_tail:
            return error
        return evolve(error, text=f"{error.text}; its standard error ends with:\n{process.stderr_tail}")

    def _with_noise(self, error: AdapterError) -> AdapterError:
        """Return the error with the noise of its call, if there was none before: that is one defect, not two."""
        if not self._was_quiet or not self._noise:
            return error
        first, self._noise = self._noise[0], []
        return evolve(error, text=f"{error.text}; its output is not a message: {first}")


def _start_error(command: tuple[str, ...], error: Exception) -> InvalidInput:
    where = " ".join(command)
    if not command:
        return InvalidInput("no command to start", where, "write the adapter's command after --")
    if isinstance(error, FileNotFoundError):
        return InvalidInput(
            "the command cannot be started: the program, or the interpreter in its first line, does not exist",
            where,
            "expected a program on the PATH, or a path like ./adapter",
        )
    if isinstance(error, PermissionError) or getattr(error, "errno", None) == errno.ENOEXEC:
        return InvalidInput(
            "the command cannot be started: it is not executable",
            where,
            "start it with its interpreter, like python adapter.py, or add a #! line and chmod +x",
        )
    return InvalidInput(f"the command cannot be started: {error}", where, "expected a program and its arguments")
