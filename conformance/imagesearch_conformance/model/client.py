"""A client under test: the arguments of a call, and the answer that it returns."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from imagesearch_conformance.model.finding import Json

#: The parameters of one call by their names on the wire, in order, with JSON values.
CallArguments = tuple[tuple[str, Json], ...]


class AnswerKind(StrEnum):
    """The kinds of answers to a call."""

    RESULT = "result"  #: the client returned a response
    ERROR = "error"  #: the client raised an error of the API
    ARGUMENTS_REFUSED = "argumentsRefused"  #: the client rejected the arguments and sent nothing
    UNREADABLE = "unreadable"  #: the client got no response, or could not read it
    ADAPTER_FAILURE = "noAnswer"  #: the adapter gave no valid answer


class AdapterFailure(StrEnum):
    """The reason why an adapter gave no valid answer."""

    CRASH = "crash"
    HANG = "hang"
    FLOOD = "flood"
    WRONG_ID = "wrong-id"
    INVALID_MESSAGE = "message"  #: an answer that violates the protocol between adapter and suite


@frozen
class Answer:
    """The answer of a client to one call.

    A result has `status` and `body`, an error `status`, `code`, `message` and `request_id`; each is None if the
    adapter gave none. `text` is further information for people: why the arguments were rejected, how the process
    ended. `seconds` is the duration of the call.
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
    """The client's statement about itself, and the command that starts it (empty in process)."""

    name: str | None = None
    version: str | None = None
    language: str | None = None
    command: tuple[str, ...] = ()
