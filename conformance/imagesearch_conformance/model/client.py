"""A client under judgement: what it is asked to call, and what it hands back."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from imagesearch_conformance.model.finding import Json

#: The parameters of one call by their wire names, in order, with JSON values.
CallArguments = tuple[tuple[str, Json], ...]


class AnswerKind(StrEnum):
    """How a client answered a call."""

    RESULT = "result"  #: it returned a response
    ERROR = "error"  #: it raised an error of the API
    ARGUMENTS_REFUSED = "argumentsRefused"  #: it refused the arguments before sending anything
    UNREADABLE = "unreadable"  #: it could not make sense of what came, if anything came
    ADAPTER_FAILURE = "noAnswer"  #: there is no answer that can be understood


class AdapterFailure(StrEnum):
    """Why there is no answer that can be understood."""

    CRASH = "crash"
    HANG = "hang"
    FLOOD = "flood"
    WRONG_ID = "wrong-id"
    INVALID_MESSAGE = "message"  #: an answer that breaks the protocol between adapter and suite


@frozen
class Answer:
    """What a client handed back of one call.

    `status` and `body` are those of a result, `status`, `code`, `message` and `request_id` those of an
    error, each None where the adapter gave none. `text` says for people what else was said: the reason of
    a refusal, how the process ended. `seconds` is how long the caller waited.
    """

    kind: AnswerKind
    status: int | None = None
    body: Json = None
    code: str | None = None
    message: str | None = None
    request_id: str | None = None
    text: str | None = None
    adapter_failure: AdapterFailure | None = None
    seconds: float = 0.0


@frozen
class ClientInfo:
    """What a client says of itself, and how it was started (empty in process)."""

    name: str | None = None
    version: str | None = None
    language: str | None = None
    command: tuple[str, ...] = ()
