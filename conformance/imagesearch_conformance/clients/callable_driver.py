"""The driver of a client in this process: a callable of Python, for test suites of clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from attrs import evolve, frozen

from imagesearch_conformance.clients.adapter.errors import AdapterError, protocol_error
from imagesearch_conformance.clients.adapter.jsonrpc import answer_from_error, answer_from_result, clip_message
from imagesearch_conformance.clients.adapter.output_lines import parse_line
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, CallArguments, ClientInfo
from imagesearch_conformance.model.finding import Json

#: What a client in this process is: given the parameters by their wire names, it returns the body, or status and body.
ClientCallable = Callable[[dict[str, Any]], Any]


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
        self, client: ClientCallable, timeout: float, clock: Callable[[], float], info: ClientInfo | None = None
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

    def call(self, parameters: CallArguments) -> Answer:
        """The answer to one call; never raises for what the client does."""
        began = self._clock()
        answers: SimpleQueue[Answer] = SimpleQueue()
        given = deepcopy(dict(parameters))
        Thread(target=lambda: answers.put(_call_safely(self._client, given)), name="client-call", daemon=True).start()
        try:
            answer = answers.get(timeout=self._timeout)
        except Empty:
            text = f"the client did not come back within {self._timeout:g} seconds"
            answer = AdapterError(AdapterFailure.HANG, text).answer
        return evolve(answer, seconds=self._clock() - began)

    def close(self) -> None:
        """Nothing: the client ends with this process."""


def _call_safely(client: ClientCallable, parameters: dict[str, Any]) -> Answer:
    try:
        return _call_client(client, parameters)
    except AdapterError as problem:
        return problem.answer
    except Exception as problem:  # noqa: BLE001 whatever a client raises is an answer
        return Answer(AnswerKind.UNREADABLE, text=_exception_text(problem))
    except BaseException as problem:  # noqa: BLE001 sys.exit() ends no test suite
        return AdapterError(
            AdapterFailure.CRASH, f"the client asked its process to end: {_exception_text(problem)}"
        ).answer


def _call_client(client: ClientCallable, parameters: dict[str, Any]) -> Answer:
    try:
        returned = client(parameters)
    except ApiError as error:
        data = {"httpStatus": error.status, "code": error.code, "message": error.message, "requestId": error.request_id}
        return answer_from_error(_to_json(data), clip_message(str(error)))
    except ArgumentsRefused as refusal:
        return Answer(AnswerKind.ARGUMENTS_REFUSED, text=clip_message(str(refusal)))
    return answer_from_result(_result_document(returned))


def _result_document(returned: object) -> dict[str, Json]:
    match returned:
        case (status, body):
            return {"httpStatus": _to_json(status), "body": _to_json(body)}
        case Mapping():
            return {"body": _to_json(returned)}
    kind = type(returned).__name__
    raise protocol_error(
        f"the client returned {kind}; it has to return the body as a dict, or a pair of status and body"
    )


def _to_json(value: object) -> Json:
    """A value as JSON has it, and of its own; raises Broken where it is none."""
    try:
        line = parse_line(json.dumps({"value": value}, allow_nan=False).encode("ascii"))
    except (TypeError, ValueError, RecursionError) as problem:
        raise protocol_error(f"the client handed back what is no JSON: {problem}") from problem
    if line.document is None or line.errors:
        raise protocol_error(f"the client handed back what cannot be read: {', '.join(line.errors)}")
    return line.document["value"]


def _exception_text(problem: BaseException) -> str:
    kind = type(problem).__name__
    try:
        return clip_message(f"{kind}: {problem}")
    except Exception:  # noqa: BLE001 an error of a client may not even be able to say what it is
        return kind
