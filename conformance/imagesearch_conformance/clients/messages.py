"""The lines between the suite and an adapter: requests written, answers read; nothing is sent here.

The shapes are those of `spec/schemas/adapter-request.json` and `adapter-response.json`; the tests hold both
against each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from imagesearch_conformance.clients.broken import Broken, bad_message
from imagesearch_conformance.clients.lines import Line
from imagesearch_conformance.model.client import Answer, Answered, Breakdown, ClientInfo
from imagesearch_conformance.model.finding import Json

SEARCH, INITIALIZE = "searchImageByName", "initialize"

_VERSION = "2.0"

#: What the codes of errors say about a call.
_ERRORS = {-32000: Answered.ERROR, -32001: Answered.UNREADABLE, -32602: Answered.REFUSED}

_CODES = "-32000 for an error of the service, -32001 for a reply that made no sense, -32602 for refused arguments"

#: The least and the greatest status of HTTP (RFC 9110 section 15).
_STATUSES = (100, 599)

#: The most of a sentence, and of a value in a sentence of ours, that is kept, in characters.
_SENTENCE, _VALUE = 2000, 80


def request_line(number: int, method: str, parameters: Mapping[str, Json]) -> bytes:
    """A request as it is written: ASCII throughout, so that no adapter trips over its locale."""
    message = {"jsonrpc": _VERSION, "id": number, "method": method, "params": dict(parameters)}
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def is_notification(line: Line) -> bool:
    """Whether a message expects nothing and answers nothing."""
    return line.document is not None and "id" not in line.document and "method" in line.document


def answer_of(line: Line, number: int) -> Answer:
    """The answer to a call; raises Broken where the line is none."""
    document = _envelope(line, number)
    if "result" in document:
        return answer_from_result(document["result"])
    code, text = _error(document["error"])
    if code not in _ERRORS:
        raise bad_message(f"error.code is {code}, which means nothing here; known are {_CODES}")
    if _ERRORS[code] is Answered.ERROR:
        return answer_from_error(document["error"].get("data"), text)
    return Answer(_ERRORS[code], text=text)


def introduction_of(line: Line, number: int, command: tuple[str, ...]) -> ClientInfo:
    """What the client says of itself, nothing if with an error; raises Broken where the line is no answer."""
    document = _envelope(line, number)
    if "error" in document:
        _error(document["error"])
        return ClientInfo(command=command)
    said = _object(document["result"], "result")
    name, version, language = (_text(said, key, "result") for key in ("name", "version", "language"))
    return ClientInfo(name, version, language, command)


def answer_from_result(result: Json) -> Answer:
    """The answer of a client that returned a response; raises Broken where it is no result."""
    known = _object(result, "result")
    if "body" not in known:
        raise bad_message("result.body is missing; it is what the client made of the reply's body")
    return Answer(Answered.RESULT, status=_status(known, "result"), body=known["body"])


def answer_from_error(data: Json, text: str) -> Answer:
    """The answer of a client that raised an error of the service; raises Broken where it is none."""
    known = _object(data, "error.data")
    code, message, request_id = (_text(known, key, "error.data") for key in ("code", "message", "requestId"))
    status = _status(known, "error.data")
    return Answer(Answered.ERROR, status=status, code=code, message=message, request_id=request_id, text=text)


def _envelope(line: Line, number: int) -> Mapping[str, Json]:
    document = line.document or {}
    if line.flaws:
        raise bad_message(f"{line.flaws[0]}; a message is one JSON object in UTF-8 on one line")
    _check_id(document, number)
    if document.get("jsonrpc") != _VERSION:
        came = _shown(document["jsonrpc"]) if "jsonrpc" in document else "missing"
        raise bad_message(f'jsonrpc is {came}; it has to be "{_VERSION}"')
    if ("result" in document) is ("error" in document):
        which = "both result and error" if "result" in document else "neither result nor error"
        raise bad_message(f"the answer has {which}; it has to have exactly one of them")
    return document


def _check_id(document: Mapping[str, Json], number: int) -> None:
    if "id" not in document:
        came = "a message without an id"
    elif not _whole(document["id"]) or document["id"] != number:
        came = f"a message with the id {_shown(document['id'])}"
    else:
        return
    raise Broken(
        Breakdown.WRONG_ID,
        f"{came} came, where the answer to the id {number} was asked; an answer has the id of its request, "
        "and what is no answer belongs on standard error",
    )


def _error(error: Json) -> tuple[int, str]:
    known = _object(error, "error")
    code, text = known.get("code"), known.get("message")
    if code is None or not _whole(code):
        raise bad_message(f"error.code is {_shown(code)}; it has to be one of: {_CODES}")
    if not isinstance(text, str):
        raise bad_message(f"error.message is {_shown(text)}; it has to be a sentence for people")
    return int(code), bounded(text)


def _object(value: Json, where: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise bad_message(f"{where} is {_shown(value)}; it has to be an object")
    return value


def _text(known: Mapping[str, Json], key: str, where: str) -> str | None:
    value = known.get(key)
    if value is None or isinstance(value, str):
        return value
    raise bad_message(f"{where}.{key} is {_shown(value)}; it has to be text, or null where the client does not tell it")


def _status(known: Mapping[str, Json], where: str) -> int | None:
    value = known.get("httpStatus")
    if value is None:
        return None
    least, most = _STATUSES
    if not _whole(value) or not least <= value <= most:
        raise bad_message(
            f"{where}.httpStatus is {_shown(value)}; it has to be a whole number from {least} to {most}, "
            "or null where the client does not tell it"
        )
    return int(value)


def _whole(value: Json) -> bool:
    """Whether a value is a whole number for JSON Schema, which takes 1.0 for one."""
    return not isinstance(value, bool) and isinstance(value, (int, float)) and value == value // 1


def bounded(text: str) -> str:
    """A sentence of a client, cut where it is no longer one."""
    return text if len(text) <= _SENTENCE else f"{text[:_SENTENCE]}... ({len(text)} characters)"


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE else f"{text[:_VALUE]}..."
