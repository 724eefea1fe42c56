"""The driver of a client in this process: a callable of Python, for test suites of clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from attrs import evolve, frozen

from imagesearch_conformance.clients.broken import Broken, bad_message
from imagesearch_conformance.clients.lines import read_line
from imagesearch_conformance.clients.messages import answer_from_error, answer_from_result, bounded
from imagesearch_conformance.model.client import Answer, Answered, Breakdown, Call, ClientInfo
from imagesearch_conformance.model.finding import Json

#: What a client in this process is: given the parameters by their wire names, it returns the body, or status and body.
Client = Callable[[dict[str, Any]], Any]


@frozen
class ApiError(Exception):
    """Raised by a callable whose client raised an error of the service; None is what the client does not tell."""

    status: int | None = None
    code: str | None = None
    message: str | None = None
    request_id: str | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


class ArgumentsRefused(Exception):
    """Raised by a callable whose client refused the arguments before it sent anything."""


class CallableDriver:
    """Drives a client that is a callable; a call that takes too long is left to itself in its thread."""

    def __init__(
        self, client: Client, timeout: float, clock: Callable[[], float], info: ClientInfo | None = None
    ) -> None:
        self._client, self._timeout, self._clock = client, timeout, clock
        self._info = info or ClientInfo()

    @property
    def info(self) -> ClientInfo:
        """What was said of the client."""
        return self._info

    @property
    def noise(self) -> tuple[str, ...]:
        """Nothing: there is no output that belongs to messages."""
        return ()

    def call(self, parameters: Call) -> Answer:
        """The answer to one call; never raises for what the client does."""
        began = self._clock()
        answers: SimpleQueue[Answer] = SimpleQueue()
        given = deepcopy(dict(parameters))
        Thread(target=lambda: answers.put(_answer(self._client, given)), name="client-call", daemon=True).start()
        try:
            answer = answers.get(timeout=self._timeout)
        except Empty:
            text = f"the client did not come back within {self._timeout:g} seconds"
            answer = Broken(Breakdown.HANG, text).answer
        return evolve(answer, seconds=self._clock() - began)

    def close(self) -> None:
        """Nothing: the client ends with this process."""


def _answer(client: Client, parameters: dict[str, Any]) -> Answer:
    try:
        return _outcome(client, parameters)
    except Broken as problem:
        return problem.answer
    except Exception as problem:  # noqa: BLE001 whatever a client raises is an answer
        return Answer(Answered.UNREADABLE, text=_told(problem))
    except BaseException as problem:  # noqa: BLE001 sys.exit() ends no test suite
        return Broken(Breakdown.CRASH, f"the client asked its process to end: {_told(problem)}").answer


def _outcome(client: Client, parameters: dict[str, Any]) -> Answer:
    try:
        returned = client(parameters)
    except ApiError as error:
        data = {"httpStatus": error.status, "code": error.code, "message": error.message, "requestId": error.request_id}
        return answer_from_error(_plain(data), bounded(str(error)))
    except ArgumentsRefused as refusal:
        return Answer(Answered.REFUSED, text=bounded(str(refusal)))
    return answer_from_result(_result(returned))


def _result(returned: object) -> dict[str, Json]:
    match returned:
        case (status, body):
            return {"httpStatus": _plain(status), "body": _plain(body)}
        case Mapping():
            return {"body": _plain(returned)}
    kind = type(returned).__name__
    raise bad_message(f"the client returned {kind}; it has to return the body as a dict, or a pair of status and body")


def _plain(value: object) -> Json:
    """A value as JSON has it, and of its own; raises Broken where it is none."""
    try:
        line = read_line(json.dumps({"value": value}, allow_nan=False).encode("ascii"))
    except (TypeError, ValueError, RecursionError) as problem:
        raise bad_message(f"the client handed back what is no JSON: {problem}") from problem
    if line.document is None or line.flaws:
        raise bad_message(f"the client handed back what cannot be read: {', '.join(line.flaws)}")
    return line.document["value"]


def _told(problem: BaseException) -> str:
    kind = type(problem).__name__
    try:
        return bounded(f"{kind}: {problem}")
    except Exception:  # noqa: BLE001 an error of a client may not even be able to say what it is
        return kind
