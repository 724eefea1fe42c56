"""The lines between the suite and an adapter: requests written, answers read; nothing is sent here.

The shapes are those of `spec/schemas/adapter-request.json` and `adapter-response.json`; the tests hold both
against each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from imagesearch_conformance.clients.adapter.errors import AdapterError, protocol_error
from imagesearch_conformance.clients.adapter.output_lines import OutputLine
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind, ClientInfo
from imagesearch_conformance.model.finding import Json

SEARCH, INITIALIZE = "searchImageByName", "initialize"

_JSONRPC_VERSION = "2.0"

#: What the codes of errors say about a call.
_ANSWER_KINDS = {-32000: AnswerKind.ERROR, -32001: AnswerKind.UNREADABLE, -32602: AnswerKind.ARGUMENTS_REFUSED}

_KNOWN_CODES = "-32000 for an error of the service, -32001 for a reply that made no sense, -32602 for refused arguments"

#: The least and the greatest status of HTTP (RFC 9110 section 15).
_STATUS_RANGE = (100, 599)

#: The most of a sentence, and of a value in a sentence of ours, that is kept, in characters.
_MAX_SENTENCE, _MAX_VALUE = 2000, 80


def encode_request(message_id: int, method: str, parameters: Mapping[str, Json]) -> bytes:
    """A request as it is written: ASCII throughout, so that no adapter trips over its locale."""
    message = {"jsonrpc": _JSONRPC_VERSION, "id": message_id, "method": method, "params": dict(parameters)}
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def is_notification(line: OutputLine) -> bool:
    """Whether a message expects nothing and answers nothing."""
    return line.document is not None and "id" not in line.document and "method" in line.document


def parse_answer(line: OutputLine, message_id: int) -> Answer:
    """The answer to a call; raises Broken where the line is none."""
    document = _parse_envelope(line, message_id)
    if "result" in document:
        return answer_from_result(document["result"])
    code, text = _parse_error(document["error"])
    if code not in _ANSWER_KINDS:
        raise protocol_error(f"error.code is {code}, which means nothing here; known are {_KNOWN_CODES}")
    if _ANSWER_KINDS[code] is AnswerKind.ERROR:
        return answer_from_error(document["error"].get("data"), text)
    return Answer(_ANSWER_KINDS[code], text=text)


def parse_client_info(line: OutputLine, message_id: int, command: tuple[str, ...]) -> ClientInfo:
    """What the client says of itself, nothing if with an error; raises Broken where the line is no answer."""
    document = _parse_envelope(line, message_id)
    if "error" in document:
        _parse_error(document["error"])
        return ClientInfo(command=command)
    said = _require_object(document["result"], "result")
    name, version, language = (_optional_text(said, key, "result") for key in ("name", "version", "language"))
    return ClientInfo(name, version, language, command)


def answer_from_result(result: Json) -> Answer:
    """The answer of a client that returned a response; raises Broken where it is no result."""
    known = _require_object(result, "result")
    if "body" not in known:
        raise protocol_error("result.body is missing; it is what the client made of the reply's body")
    return Answer(AnswerKind.RESULT, status=_optional_status(known, "result"), body=known["body"])


def answer_from_error(data: Json, text: str) -> Answer:
    """The answer of a client that raised an error of the service; raises Broken where it is none."""
    known = _require_object(data, "error.data")
    code, message, request_id = (_optional_text(known, key, "error.data") for key in ("code", "message", "requestId"))
    status = _optional_status(known, "error.data")
    return Answer(AnswerKind.ERROR, status=status, code=code, message=message, request_id=request_id, text=text)


def _parse_envelope(line: OutputLine, message_id: int) -> Mapping[str, Json]:
    document = line.document or {}
    if line.errors:
        raise protocol_error(f"{line.errors[0]}; a message is one JSON object in UTF-8 on one line")
    _check_id(document, message_id)
    if document.get("jsonrpc") != _JSONRPC_VERSION:
        came = _format_value(document["jsonrpc"]) if "jsonrpc" in document else "missing"
        raise protocol_error(f'jsonrpc is {came}; it has to be "{_JSONRPC_VERSION}"')
    if ("result" in document) is ("error" in document):
        which = "both result and error" if "result" in document else "neither result nor error"
        raise protocol_error(f"the answer has {which}; it has to have exactly one of them")
    return document


def _check_id(document: Mapping[str, Json], message_id: int) -> None:
    if "id" not in document:
        came = "a message without an id"
    elif not _is_integer(document["id"]) or document["id"] != message_id:
        came = f"a message with the id {_format_value(document['id'])}"
    else:
        return
    raise AdapterError(
        AdapterFailure.WRONG_ID,
        f"{came} came, where the answer to the id {message_id} was asked; an answer has the id of its request, "
        "and what is no answer belongs on standard error",
    )


def _parse_error(error: Json) -> tuple[int, str]:
    known = _require_object(error, "error")
    code, text = known.get("code"), known.get("message")
    if code is None or not _is_integer(code):
        raise protocol_error(f"error.code is {_format_value(code)}; it has to be one of: {_KNOWN_CODES}")
    if not isinstance(text, str):
        raise protocol_error(f"error.message is {_format_value(text)}; it has to be a sentence for people")
    return int(code), clip_message(text)


def _require_object(value: Json, where: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise protocol_error(f"{where} is {_format_value(value)}; it has to be an object")
    return value


def _optional_text(members: Mapping[str, Json], key: str, where: str) -> str | None:
    value = members.get(key)
    if value is None or isinstance(value, str):
        return value
    raise protocol_error(
        f"{where}.{key} is {_format_value(value)}; it has to be text, or null where the client does not tell it"
    )


def _optional_status(members: Mapping[str, Json], where: str) -> int | None:
    value = members.get("httpStatus")
    if value is None:
        return None
    least, most = _STATUS_RANGE
    if not _is_integer(value) or not least <= value <= most:
        raise protocol_error(
            f"{where}.httpStatus is {_format_value(value)}; it has to be a whole number from {least} to {most}, "
            "or null where the client does not tell it"
        )
    return int(value)


def _is_integer(value: Json) -> bool:
    """Whether a value is a whole number for JSON Schema, which takes 1.0 for one."""
    return not isinstance(value, bool) and isinstance(value, (int, float)) and value == value // 1


def clip_message(text: str) -> str:
    """A sentence of a client, cut where it is no longer one."""
    return text if len(text) <= _MAX_SENTENCE else f"{text[:_MAX_SENTENCE]}... ({len(text)} characters)"


def _format_value(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}..."
