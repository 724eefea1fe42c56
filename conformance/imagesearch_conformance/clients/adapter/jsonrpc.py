"""JSON-RPC messages between the suite and an adapter: encoding of requests, parsing of answers; no I/O.

The shapes are those of `spec/schemas/adapter-request.json` and `adapter-response.json`; the tests compare both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.clients.adapter.errors import AdapterError, protocol_error
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, ClientInfo
from imagesearch_conformance.model.finding import Json

_BYTE_ORDER_MARK = "\ufeff"

#: Characters allowed before an object.
_LEADING_CHARACTERS = f"{_BYTE_ORDER_MARK} \t\r"

#: The depth limit of a message: above that of every response, and low enough for all later processing.
_MAX_DEPTH = 64

_TOO_DEEP = f"the line is nested more than {_MAX_DEPTH} levels deep"

SEARCH, INITIALIZE = "searchImageByName", "initialize"

_JSONRPC_VERSION = "2.0"

#: The kind of answer that each error code stands for.
_ANSWER_KINDS = {-32000: AnswerKind.ERROR, -32001: AnswerKind.UNREADABLE, -32602: AnswerKind.ARGUMENTS_REFUSED}

_KNOWN_CODES = "-32000 (error of the service), -32001 (unreadable response), -32602 (arguments refused)"

#: The range of HTTP statuses (RFC 9110 section 15).
_STATUS_RANGE = (100, 599)

#: The length kept of a client's message, and of a value quoted in a message of ours, in characters.
_MAX_MESSAGE, _MAX_VALUE = 2000, 80


@frozen
class OutputLine:
    """A line of output; `document` is None unless the line is a JSON object: then it is noise.

    `errors` are the reasons why an object is not a valid message: invalid UTF-8, numbers that JSON does not allow.
    """

    text: str
    document: Mapping[str, Json] | None = None
    errors: tuple[str, ...] = ()


def parse_line(raw: bytes) -> OutputLine:
    """Parse a line; never raises."""
    text, errors = _decode(raw)
    if not text.lstrip(_LEADING_CHARACTERS).startswith("{"):
        return OutputLine(text)
    numbers = _NumberParser()
    try:
        value = numbers.json_decoder().decode(text.removeprefix(_BYTE_ORDER_MARK))
    except RecursionError:
        return OutputLine(text, {}, (*errors, _TOO_DEEP))
    except ValueError:
        return OutputLine(text)
    if not isinstance(value, dict):
        return OutputLine(text)
    if _is_too_deep(value):
        # The scalar members still identify the message.
        scalars = {name: member for name, member in value.items() if not isinstance(member, (dict, list))}
        return OutputLine(text, scalars, (*errors, _TOO_DEEP))
    return OutputLine(text, value, (*errors, *numbers.errors))


def _decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    stripped = raw.rstrip(b"\r\n")
    try:
        text = stripped.decode("utf-8")
    except UnicodeDecodeError as error:
        return stripped.decode("utf-8", "replace"), (f"the line is invalid UTF-8 at byte {error.start}",)
    return text, ("the line begins with a byte order mark",) if text.startswith(_BYTE_ORDER_MARK) else ()


class _NumberParser:
    """Parses numbers; those that are invalid JSON or too large become null and are recorded in `errors`."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def json_decoder(self) -> json.JSONDecoder:
        return json.JSONDecoder(
            parse_constant=self._parse_constant, parse_int=self._parse_integer, parse_float=self._parse_float
        )

    def _parse_constant(self, name: str) -> None:
        self.errors.append(f"{name} is not a JSON value")

    def _parse_integer(self, digits: str) -> int | None:
        try:
            return int(digits)
        except ValueError:  # above the limit of sys.set_int_max_str_digits()
            self.errors.append(f"a number has {len(digits)} digits, which is too many")
            return None

    def _parse_float(self, digits: str) -> float | None:
        value = float(digits)
        if math.isinf(value):
            self.errors.append(f"the number {digits[:40]} is too large")
            return None
        return value


def _is_too_deep(value: Any) -> bool:
    """Return whether a value exceeds the depth limit; iterative, since recursion has a limit of its own."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        containers = (item for item in level if isinstance(item, (dict, list)))
        level = [
            member
            for container in containers
            for member in (container.values() if isinstance(container, dict) else container)
        ]
        if not level:
            return False
    return True


def encode_request(message_id: int, method: str, parameters: Mapping[str, Json]) -> bytes:
    """Encode a request in ASCII, so that it does not depend on the adapter's locale."""
    message = {"jsonrpc": _JSONRPC_VERSION, "id": message_id, "method": method, "params": dict(parameters)}
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def is_notification(line: OutputLine) -> bool:
    """Return whether a message is neither an answer nor expects one."""
    return line.document is not None and "id" not in line.document and "method" in line.document


def parse_answer(line: OutputLine, message_id: int) -> Answer:
    """Parse the answer to a call; raise AdapterError if the line is not one."""
    document = _parse_envelope(line, message_id)
    if "result" in document:
        return answer_from_result(document["result"])
    code, text = _parse_error(document["error"])
    if code not in _ANSWER_KINDS:
        raise protocol_error(f"unknown error.code {code}; expected one of: {_KNOWN_CODES}")
    if _ANSWER_KINDS[code] is AnswerKind.ERROR:
        return answer_from_error(document["error"].get("data"), text)
    return Answer(_ANSWER_KINDS[code], text=text)


def parse_client_info(line: OutputLine, message_id: int, command: tuple[str, ...]) -> ClientInfo:
    """Parse the client's description of itself, empty if it answers with an error; raise AdapterError."""
    document = _parse_envelope(line, message_id)
    if "error" in document:
        _parse_error(document["error"])
        return ClientInfo(command=command)
    result = _require_object(document["result"], "result")
    name, version, language = (_optional_text(result, key, "result") for key in ("name", "version", "language"))
    return ClientInfo(name, version, language, command)


def answer_from_result(result: Json) -> Answer:
    """Return the answer of a client that returned a response; raise AdapterError for an invalid result."""
    members = _require_object(result, "result")
    if "body" not in members:
        raise protocol_error("result.body is missing; expected the body of the response as the client returned it")
    return Answer(AnswerKind.RESULT, status=_optional_status(members, "result"), body=members["body"])


def answer_from_error(data: Json, text: str) -> Answer:
    """Return the answer of a client that raised an error of the service; raise AdapterError for invalid data."""
    where = "error.data"
    members = _require_object(data, where)
    code, message, request_id = (_optional_text(members, key, where) for key in ("code", "message", "requestId"))
    status = _optional_status(members, where)
    return Answer(AnswerKind.ERROR, status=status, code=code, message=message, request_id=request_id, text=text)


def _parse_envelope(line: OutputLine, message_id: int) -> Mapping[str, Json]:
    document = line.document or {}
    if line.errors:
        raise protocol_error(f"{line.errors[0]}; expected one JSON object in UTF-8 on one line")
    _check_id(document, message_id)
    if document.get("jsonrpc") != _JSONRPC_VERSION:
        actual = _format_value(document["jsonrpc"]) if "jsonrpc" in document else "missing"
        raise protocol_error(f'jsonrpc is {actual}; expected "{_JSONRPC_VERSION}"')
    if ("result" in document) is ("error" in document):
        members = "both result and error" if "result" in document else "neither result nor error"
        raise protocol_error(f"the answer has {members}; expected exactly one of them")
    return document


def _check_id(document: Mapping[str, Json], message_id: int) -> None:
    if "id" not in document:
        actual = "a message without an id"
    elif not _is_integer(document["id"]) or document["id"] != message_id:
        actual = f"a message with the id {_format_value(document['id'])}"
    else:
        return
    raise AdapterError(
        AdapterFailure.WRONG_ID,
        f"expected the answer with the id {message_id}, got {actual}; an answer has the id of its request, "
        "and output that is not an answer belongs on standard error",
    )


def _parse_error(error: Json) -> tuple[int, str]:
    members = _require_object(error, "error")
    code, text = members.get("code"), members.get("message")
    if code is None or not _is_integer(code):
        raise protocol_error(f"error.code is {_format_value(code)}; expected one of: {_KNOWN_CODES}")
    if not isinstance(text, str):
        raise protocol_error(f"error.message is {_format_value(text)}; expected a text")
    return int(code), clip_message(text)


def _require_object(value: Json, where: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise protocol_error(f"{where} is {_format_value(value)}; expected an object")
    return value


def _optional_text(members: Mapping[str, Json], key: str, where: str) -> str | None:
    value = members.get(key)
    if value is None or isinstance(value, str):
        return value
    raise protocol_error(
        f"{where}.{key} is {_format_value(value)}; expected a text, or null if the client does not have it"
    )


def _optional_status(members: Mapping[str, Json], where: str) -> int | None:
    value = members.get("httpStatus")
    if value is None:
        return None
    low, high = _STATUS_RANGE
    if not _is_integer(value) or not low <= value <= high:
        raise protocol_error(
            f"{where}.httpStatus is {_format_value(value)}; expected an integer from {low} to {high}, "
            "or null if the client does not have it"
        )
    return int(value)


def _is_integer(value: Json) -> bool:
    """Return whether a value is an integer by JSON Schema, which accepts 1.0."""
    return not isinstance(value, bool) and isinstance(value, (int, float)) and value == value // 1


def clip_message(text: str) -> str:
    """Limit the length of a message from a client."""
    return text if len(text) <= _MAX_MESSAGE else f"{text[:_MAX_MESSAGE]}... ({len(text)} characters)"


def _format_value(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}..."
