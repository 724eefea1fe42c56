"""Drivers of clients: the interface, and the driver of a Python callable, for test suites of clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Protocol

from attrs import evolve, frozen

from imagesearch_conformance.clients.adapter.errors import AdapterError, protocol_error
from imagesearch_conformance.clients.adapter.jsonrpc import (
    answer_from_error,
    answer_from_result,
    clip_message,
    parse_line,
)
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, CallArguments, ClientInfo
from imagesearch_conformance.model.finding import Json

#: A client in this process: takes the parameters by their wire names and returns the body, or status and body.
ClientCallable = Callable[[dict[str, Any]], Any]


class Driver(Protocol):
    """Makes a client call the operation, one call at a time."""

    @property
    def info(self) -> ClientInfo:
        """The client's description of itself."""

    @property
    def noise(self) -> tuple[str, ...]:
        """The first lines that the client printed on the channel of messages."""

    def call(self, parameters: CallArguments) -> Answer:
        """Return the answer to one call; never raises for anything the client does."""

    def close(self) -> None:
        """End the client."""


@frozen
class ApiError(Exception):
    """Raised by a callable whose client raised an error of the service; None is what the client does not have."""

    status: int | None = None
    code: str | None = None
    message: str | None = None
    request_id: str | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


class ArgumentsRefused(Exception):
    """Raised by a callable whose client refused the arguments before sending anything."""


class CallableDriver:
    """Drives a client that is a callable; a call that times out is abandoned in its thread."""

    def __init__(
        self, client: ClientCallable, timeout: float, clock: Callable[[], float], info: ClientInfo | None = None
    ) -> None:
        self._client, self._timeout, self._clock = client, timeout, clock
        self._info = info or ClientInfo()

    @property
    def info(self) -> ClientInfo:
        """The description given to the driver."""
        return self._info

    @property
    def noise(self) -> tuple[str, ...]:
        """Always empty: a callable has no output channel."""
        return ()

    def call(self, parameters: CallArguments) -> Answer:
        """Return the answer to one call; never raises for anything the client does."""
        started = self._clock()
        answers: SimpleQueue[Answer] = SimpleQueue()
        arguments = deepcopy(dict(parameters))
        call = Thread(
            target=lambda: answers.put(_call_safely(self._client, arguments)), name="client-call", daemon=True
        )
        call.start()
        try:
            answer = answers.get(timeout=self._timeout)
        except Empty:
            text = f"the client did not return within {self._timeout:g} seconds"
            answer = AdapterError(AdapterFailure.HANG, text).answer
        return evolve(answer, seconds=self._clock() - started)

    def close(self) -> None:
        """Do nothing: the client ends with this process."""


def _call_safely(client: ClientCallable, arguments: dict[str, Any]) -> Answer:
    try:
        return _call_client(client, arguments)
    except AdapterError as error:
        return error.answer
    except Exception as error:  # noqa: BLE001 any other exception means that the response was unreadable
        return Answer(AnswerKind.UNREADABLE, text=_exception_text(error))
    except BaseException as error:  # noqa: BLE001 sys.exit() must not end the test suite
        text = f"the client tried to end its process: {_exception_text(error)}"
        return AdapterError(AdapterFailure.CRASH, text).answer


def _call_client(client: ClientCallable, arguments: dict[str, Any]) -> Answer:
    try:
        result = client(arguments)
    except ApiError as error:
        data = {"httpStatus": error.status, "code": error.code, "message": error.message, "requestId": error.request_id}
        return answer_from_error(_to_json(data), clip_message(str(error)))
    except ArgumentsRefused as error:
        return Answer(AnswerKind.ARGUMENTS_REFUSED, text=clip_message(str(error)))
    match result:
        case (status, body):
            return answer_from_result({"httpStatus": _to_json(status), "body": _to_json(body)})
        case Mapping():
            return answer_from_result({"body": _to_json(result)})
    raise protocol_error(f"the client returned {type(result).__name__}; expected the body as a dict, or (status, body)")


def _to_json(value: object) -> Json:
    """Return an independent copy of a JSON value; raise AdapterError for anything else."""
    try:
        line = parse_line(json.dumps({"value": value}, allow_nan=False).encode("ascii"))
    except (TypeError, ValueError, RecursionError) as error:
        raise protocol_error(f"the client returned a value that is not JSON: {error}") from error
    if line.document is None or line.errors:
        raise protocol_error(f"the client returned a value that cannot be read: {', '.join(line.errors)}")
    return line.document["value"]


def _exception_text(error: BaseException) -> str:
    kind = type(error).__name__
    try:
        return clip_message(f"{kind}: {error}")
    except Exception:  # noqa: BLE001 str() of a client's exception may raise as well
        return kind
