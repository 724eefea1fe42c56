"""The driver of a client in a process of its own: an adapter, started again whenever it breaks down."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import TracebackType
from typing import Self

from attrs import evolve

from imagesearch_conformance.clients.broken import Broken
from imagesearch_conformance.clients.child import Child
from imagesearch_conformance.clients.lines import Line, read_line
from imagesearch_conformance.clients.messages import (
    INITIALIZE,
    SEARCH,
    answer_of,
    introduction_of,
    is_notification,
    request_line,
)
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.client import Answer, Breakdown, Call, ClientInfo
from imagesearch_conformance.model.finding import Json

#: How many lines of noise are kept, and how much of each, in characters.
_NOISE, _NOISE_LINE = 20, 500


class AdapterProcess:
    """Drives a client through an adapter that speaks JSON-RPC over its standard input and output.

    `environment` is all that the adapter gets, `timeout` how many seconds it has for an answer. It is started by
    the first call, or as a context manager.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], timeout: float, clock: Callable[[], float]
    ) -> None:
        self._command, self._environment = tuple(command), dict(environment)
        self._timeout, self._clock = timeout, clock
        self._numbers, self._noise = count(1), list[str]()
        self._child: Child | None = None
        self._info = ClientInfo(command=self._command)
        #: What went wrong at the introduction, until a call is told; after that nobody is asked again.
        self._owed: Broken | None = None
        self._introduces, self._was_started, self._was_quiet = True, False, True

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
        if self._child is not None:
            return
        try:
            self._child = Child(self._command, self._environment, self._clock)
        except (OSError, ValueError, IndexError) as problem:
            if self._was_started:
                raise Broken(Breakdown.CRASH, f"the adapter cannot be started again: {problem}") from problem
            raise _not_started(self._command, problem) from problem
        self._was_started = True
        if self._introduces:
            self._introduce(self._child)

    def call(self, parameters: Call) -> Answer:
        """The answer to one call; raises nothing but BadInput, when the command cannot be started at all."""
        began = self._clock()
        try:
            child = self._running()
            began = self._clock()
            number, line = self._asked(child, SEARCH, dict(parameters))
            answer = answer_of(line, number)
        except Broken as problem:
            answer = self._buried(problem).answer
        return evolve(answer, seconds=self._clock() - began)

    def close(self) -> None:
        """Ends the adapter, by force if it does not listen."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _running(self) -> Child:
        if self._child is None and self._owed is None:
            self.start()
        owed, self._owed = self._owed, None
        if owed is not None:
            raise owed
        if self._child is None:
            raise Broken(Breakdown.CRASH, "the adapter is not running")
        return self._child

    def _introduce(self, child: Child) -> None:
        try:
            number, line = self._asked(child, INITIALIZE, {})
            self._info = introduction_of(line, number, self._command)
        except Broken as problem:
            self._introduces = False
            self._owed = self._buried(evolve(problem, text=f"asked for {INITIALIZE}: {problem.text}"))
        except BaseException:
            self.close()
            raise

    def _asked(self, child: Child, method: str, parameters: Mapping[str, Json]) -> tuple[int, Line]:
        """The number of a request, and the first message after it."""
        number, until = next(self._numbers), self._clock() + self._timeout
        self._was_quiet = not self._noise
        child.forget()
        early = self._message(child, 0.0)
        if early is not None:
            raise Broken(Breakdown.WRONG_ID, f"a message came before the request with the id {number} was sent")
        child.write(request_line(number, method, parameters), until)
        line = self._message(child, until)
        if line is None:
            raise Broken(Breakdown.HANG, self._silence(child))
        return number, line

    def _message(self, child: Child, until: float) -> Line | None:
        """The next line that is a message, or None when none comes in time; everything before it is noise."""
        while (raw := child.line(until, brief=len(self._noise) >= _NOISE)) is not None:
            line = read_line(raw)
            if line.document is not None and not is_notification(line):
                return line
            self._hear(line.text)
        return None

    def _hear(self, text: str) -> None:
        if text.strip() and len(self._noise) < _NOISE:
            self._noise.append(text[:_NOISE_LINE])

    def _silence(self, child: Child) -> str:
        text = f"the adapter did not answer within {self._timeout:g} seconds"
        if child.unfinished:
            text += f"; {child.unfinished} bytes came without an end of line, which every answer has to have"
        return text

    def _buried(self, problem: Broken) -> Broken:
        """Ends what broke down; the problem with what was said last, where that may tell why."""
        child, self._child = self._child, None
        problem = self._with_noise(problem)
        if child is None:
            return problem
        child.kill()
        if problem.breakdown not in {Breakdown.CRASH, Breakdown.HANG} or not child.last_words:
            return problem
        return evolve(problem, text=f"{problem.text}; its standard error ends with:\n{child.last_words}")

    def _with_noise(self, problem: Broken) -> Broken:
        """The problem with what was printed in its call, if nothing was before: that is one defect and not two."""
        if not self._was_quiet or not self._noise:
            return problem
        first, self._noise = self._noise[0], []
        return evolve(problem, text=f"{problem.text}; what came is no message: {first}")


def _not_started(command: tuple[str, ...], problem: Exception) -> BadInput:
    where = " ".join(command)
    if not command:
        return BadInput("there is no command to start", where, "write the adapter's command after --")
    if isinstance(problem, FileNotFoundError):
        return BadInput(
            "the command cannot be started: there is no such program, or its first line names none",
            where,
            "write a program of the PATH, or a path like ./adapter",
        )
    if isinstance(problem, PermissionError) or getattr(problem, "errno", None) == errno.ENOEXEC:
        return BadInput(
            "the command cannot be started: it is not executable",
            where,
            "start it with its interpreter, like python adapter.py, or give it a first line with #! and chmod +x",
        )
    return BadInput(f"the command cannot be started: {problem}", where, "it has to be a program and its arguments")
