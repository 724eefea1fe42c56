"""The driver of a client in a process of its own: an adapter, started again whenever it breaks down."""

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
    encode_request,
    is_notification,
    parse_answer,
    parse_client_info,
)
from imagesearch_conformance.clients.adapter.output_lines import OutputLine, parse_line
from imagesearch_conformance.clients.adapter.subprocess import AdapterSubprocess
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.client import AdapterFailure, Answer, CallArguments, ClientInfo
from imagesearch_conformance.model.finding import Json

#: How many lines of noise are kept, and how much of each, in characters.
_MAX_NOISE_LINES, _MAX_NOISE_LENGTH = 20, 500


class AdapterDriver:
    """Drives a client through an adapter that speaks JSON-RPC over its standard input and output.

    `environment` is all that the adapter gets, `timeout` how many seconds it has for an answer. It is started by
    the first call, or as a context manager.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], timeout: float, clock: Callable[[], float]
    ) -> None:
        self._command, self._environment = tuple(command), dict(environment)
        self._timeout, self._clock = timeout, clock
        self._message_ids, self._noise = count(1), list[str]()
        self._process: AdapterSubprocess | None = None
        self._info = ClientInfo(command=self._command)
        #: What went wrong at the introduction, until a call is told; after that nobody is asked again.
        self._pending_error: AdapterError | None = None
        self._should_initialize, self._was_started, self._was_quiet = True, False, True

    @property
    def info(self) -> ClientInfo:
        """What the client says of itself; nothing but its command before it was started."""
        return self._info

    @property
    def noise(self) -> tuple[str, ...]:
        """The first lines on standard output that were no messages."""
        return tuple(self._noise)

    def start(self) -> None:
        """Starts the adapter and asks who it is; raises BadInput when the command cannot be started."""
        if self._process is not None:
            return
        try:
            self._process = AdapterSubprocess(self._command, self._environment, self._clock)
        except (OSError, ValueError, IndexError) as problem:
            if self._was_started:
                raise AdapterError(AdapterFailure.CRASH, f"the adapter cannot be started again: {problem}") from problem
            raise _start_error(self._command, problem) from problem
        self._was_started = True
        if self._should_initialize:
            self._initialize(self._process)

    def call(self, parameters: CallArguments) -> Answer:
        """The answer to one call; raises nothing but BadInput, when the command cannot be started at all."""
        began = self._clock()
        try:
            child = self._ensure_running()
            began = self._clock()
            number, line = self._send_request(child, SEARCH, dict(parameters))
            answer = parse_answer(line, number)
        except AdapterError as problem:
            answer = self._discard_process(problem).answer
        return evolve(answer, seconds=self._clock() - began)

    def close(self) -> None:
        """Ends the adapter, by force if it does not listen."""
        child, self._process = self._process, None
        if child is not None:
            child.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ensure_running(self) -> AdapterSubprocess:
        if self._process is None and self._pending_error is None:
            self.start()
        owed, self._pending_error = self._pending_error, None
        if owed is not None:
            raise owed
        if self._process is None:
            raise AdapterError(AdapterFailure.CRASH, "the adapter is not running")
        return self._process

    def _initialize(self, process: AdapterSubprocess) -> None:
        try:
            number, line = self._send_request(process, INITIALIZE, {})
            self._info = parse_client_info(line, number, self._command)
        except AdapterError as problem:
            self._should_initialize = False
            self._pending_error = self._discard_process(evolve(problem, text=f"asked for {INITIALIZE}: {problem.text}"))
        except BaseException:
            self.close()
            raise

    def _send_request(
        self, process: AdapterSubprocess, method: str, parameters: Mapping[str, Json]
    ) -> tuple[int, OutputLine]:
        """The number of a request, and the first message after it."""
        number, until = next(self._message_ids), self._clock() + self._timeout
        self._was_quiet = not self._noise
        process.reset_byte_count()
        early = self._next_message(process, 0.0)
        if early is not None:
            raise AdapterError(
                AdapterFailure.WRONG_ID, f"a message came before the request with the id {number} was sent"
            )
        process.write(encode_request(number, method, parameters), until)
        line = self._next_message(process, until)
        if line is None:
            raise AdapterError(AdapterFailure.HANG, self._timeout_message(process))
        return number, line

    def _next_message(self, process: AdapterSubprocess, deadline: float) -> OutputLine | None:
        """The next line that is a message, or None when none comes in time; everything before it is noise."""
        while (raw := process.next_line(deadline, objects_only=len(self._noise) >= _MAX_NOISE_LINES)) is not None:
            line = parse_line(raw)
            if line.document is not None and not is_notification(line):
                return line
            self._record_noise(line.text)
        return None

    def _record_noise(self, text: str) -> None:
        if text.strip() and len(self._noise) < _MAX_NOISE_LINES:
            self._noise.append(text[:_MAX_NOISE_LENGTH])

    def _timeout_message(self, process: AdapterSubprocess) -> str:
        text = f"the adapter did not answer within {self._timeout:g} seconds"
        if process.partial_line_length:
            text += f"; {process.partial_line_length} bytes came without an end of line, which every answer has to have"
        return text

    def _discard_process(self, problem: AdapterError) -> AdapterError:
        """Ends what broke down; the problem with what was said last, where that may tell why."""
        child, self._process = self._process, None
        problem = self._with_noise(problem)
        if child is None:
            return problem
        child.kill()
        if problem.failure not in {AdapterFailure.CRASH, AdapterFailure.HANG} or not child.stderr_tail:
            return problem
        return evolve(problem, text=f"{problem.text}; its standard error ends with:\n{child.stderr_tail}")

    def _with_noise(self, problem: AdapterError) -> AdapterError:
        """The problem with what was printed in its call, if nothing was before: that is one defect and not two."""
        if not self._was_quiet or not self._noise:
            return problem
        first, self._noise = self._noise[0], []
        return evolve(problem, text=f"{problem.text}; what came is no message: {first}")


def _start_error(command: tuple[str, ...], problem: Exception) -> InvalidInput:
    where = " ".join(command)
    if not command:
        return InvalidInput("there is no command to start", where, "write the adapter's command after --")
    if isinstance(problem, FileNotFoundError):
        return InvalidInput(
            "the command cannot be started: there is no such program, or its first line names none",
            where,
            "write a program of the PATH, or a path like ./adapter",
        )
    if isinstance(problem, PermissionError) or getattr(problem, "errno", None) == errno.ENOEXEC:
        return InvalidInput(
            "the command cannot be started: it is not executable",
            where,
            "start it with its interpreter, like python adapter.py, or give it a first line with #! and chmod +x",
        )
    return InvalidInput(f"the command cannot be started: {problem}", where, "it has to be a program and its arguments")
