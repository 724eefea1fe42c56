"""Faults of error responses: status, code, message, fields."""

from __future__ import annotations

import json

from attrs import evolve

from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.builders import (
    DOCUMENTED_REJECTIONS,
    ERROR_MESSAGES,
    ERROR_STATUSES,
    REJECTED_REQUESTS,
    SIGNATURES,
    change_field,
    remove_field,
    set_field,
)
from imagesearch_conformance.model.wire import WireResponse

#: The lowest status of error responses.
_MIN_ERROR_STATUS = 400


def _set_status(status: int) -> Hook[ErrorResponse]:
    return lambda error, _context: evolve(error, status=status)


def _format_like_success(body: JsonObject, _context: FaultContext) -> JsonObject:
    return {"RequestId": body["RequestId"], "Success": False, "Code": 1, "Msg": body["Message"]}


def _rename_message_to_msg(body: JsonObject, _context: FaultContext) -> JsonObject:
    body["Msg"] = body.pop("Message", None)
    return body


def _nest_in_object(body: JsonObject, _context: FaultContext) -> JsonObject:
    return {"Error": body}


def _lowercase_keys(body: JsonObject, _context: FaultContext) -> JsonObject:
    return {key[:1].lower() + key[1:]: value for key, value in body.items()}


def _wrap_in_list(body: JsonObject, _context: FaultContext) -> JsonObject:
    return {"RequestId": body["RequestId"], "Errors": [body]}


def _convert_to_problem_details(body: JsonObject, _context: FaultContext) -> JsonObject:
    return {"type": "about:blank", "title": body["Code"], "detail": body["Message"]}


def _prefix_keys(body: JsonObject, _context: FaultContext) -> JsonObject:
    return {name if name == "RequestId" else f"Error{name}": value for name, value in body.items()}


def _convert_to_empty_success(response: WireResponse, context: FaultContext) -> WireResponse:
    if response.status < _MIN_ERROR_STATUS:
        return response
    properties = context.contract.spec_files.resolve(_SUCCESS_PROPERTIES)
    body = {
        "RequestId": json.loads(response.body)["RequestId"],
        "Msg": properties["Msg"]["examples"][0],
        "Code": properties["Code"]["const"],
        "Success": properties["Success"]["const"],
        "Auctions": [],
        "Head": dict.fromkeys(properties["Head"]["required"], 0),
    }
    return WireResponse(context.contract.protocol.success_status, response.headers, json.dumps(body).encode())


_SUCCESS_PROPERTIES = "schemas/success.json#/properties"

_STACK_TRACE = 'Traceback (most recent call last):\n  File "/srv/search/app.py", line 7, in handle\nValueError: '

#: An unknown key has the status 404 anyway.
_SIGNATURES_NOT_404 = tuple(name for name in SIGNATURES if name != "authentication.stranger")

FAULTS = (
    Fault(
        "error-status-200",
        "Error responses have HTTP status 200.",
        (*ERROR_STATUSES, *SIGNATURES, "silence.method", "response.success.consistent"),
        error=_set_status(200),
    ),
    Fault(
        "error-message-changed",
        "Error messages begin with an added prefix.",
        ERROR_MESSAGES,
        error_body=change_field("Message", lambda text: f"Error: {text}"),
    ),
    Fault(
        "error-message-empty",
        "Error messages are empty.",
        (*ERROR_MESSAGES, "error.envelope.message.length"),
        error_body=set_field("Message", ""),
    ),
    Fault(
        "error-message-trace",
        "Error messages contain a stack trace.",
        (*ERROR_MESSAGES, "error.leak"),
        error_body=change_field("Message", lambda text: _STACK_TRACE + text),
    ),
    Fault(
        "error-code-lower-case",
        "Error codes are in lower case.",
        DOCUMENTED_REJECTIONS,
        error_body=change_field("Code", str.lower),
    ),
    Fault(
        "error-code-number",
        "Error codes are numbers.",
        ("error.envelope.code.type",),
        error_body=set_field("Code", 400),
    ),
    Fault(
        "error-code-unknown",
        "Error responses have an undocumented code.",
        DOCUMENTED_REJECTIONS,
        error_body=set_field("Code", "SomethingWentWrong"),
    ),
    Fault(
        "error-code-missing",
        "Error responses have no Code.",
        ("error.envelope.code.present",),
        error_body=remove_field("Code"),
    ),
    Fault(
        "error-message-missing",
        "Error responses have no Message.",
        ("error.envelope.message.present",),
        error_body=remove_field("Message"),
    ),
    Fault(
        "error-message-in-msg",
        "The error message is in Msg instead of Message.",
        ("error.envelope.message.present",),
        error_body=_rename_message_to_msg,
    ),
    Fault(
        "error-requestid-missing",
        "Error responses have no RequestId.",
        ("error.envelope.requestid.present",),
        error_body=remove_field("RequestId"),
    ),
    Fault(
        "error-requestid-empty",
        "The RequestId of error responses is empty.",
        ("error.envelope.requestid.length", "error.envelope.requestid.format"),
        error_body=set_field("RequestId", ""),
    ),
    Fault(
        "error-requestid-no-uuid",
        "The RequestId of error responses is not a UUID.",
        ("error.envelope.requestid.format",),
        error_body=change_field("RequestId", lambda value: value.replace("-", ".")),
    ),
    Fault(
        "error-nested",
        "The error body is nested in another object.",
        ("error.*.present",),
        error_body=_nest_in_object,
    ),
    Fault(
        "error-keys-lower-case",
        "The fields of error responses begin with a lower-case letter.",
        ("error.*.present",),
        error_body=_lowercase_keys,
    ),
    Fault(
        "error-like-success",
        "Error responses have the fields of success responses.",
        ("error.envelope.message.present", "error.envelope.code.type"),
        error_body=_format_like_success,
    ),
    Fault(
        "error-status-404",
        "Error responses have HTTP status 404.",
        (*ERROR_STATUSES, *_SIGNATURES_NOT_404, "silence.method"),
        error=_set_status(404),
    ),
    Fault(
        "error-status-422",
        "Error responses have HTTP status 422.",
        (*ERROR_STATUSES, *SIGNATURES, "silence.method"),
        error=_set_status(422),
    ),
    Fault(
        "error-code-prefixed",
        "Error codes are prefixed with the product name.",
        DOCUMENTED_REJECTIONS,
        error_body=change_field("Code", lambda code: f"ImageSearch.{code}"),
    ),
    Fault(
        "error-code-null",
        "Error codes are null.",
        ("error.envelope.code.type",),
        error_body=set_field("Code", None),
    ),
    Fault(
        "error-code-empty",
        "Error codes are empty.",
        ("error.envelope.code.length",),
        error_body=set_field("Code", ""),
    ),
    Fault(
        "error-message-null",
        "Error messages are null.",
        ("error.envelope.message.type",),
        error_body=set_field("Message", None),
    ),
    Fault(
        "error-message-without-stop",
        "Error messages have no full stop.",
        ERROR_MESSAGES,
        error_body=change_field("Message", lambda text: text.removesuffix(".")),
    ),
    Fault(
        "error-message-padded",
        "Error messages end with a space.",
        ERROR_MESSAGES,
        error_body=change_field("Message", lambda text: f"{text} "),
    ),
    Fault(
        "error-message-translated",
        "Error messages are in another language.",
        ERROR_MESSAGES,
        error_body=set_field("Message", "\u8bf7\u6c42\u53c2\u6570\u65e0\u6548\u3002"),
    ),
    Fault(
        "error-message-path",
        "Error messages contain the path of a source file.",
        (*ERROR_MESSAGES, "error.leak"),
        error_body=change_field("Message", lambda text: f"{text} (/srv/search/app.py)"),
    ),
    Fault(
        "error-requestid-number",
        "The RequestId of error responses is a number.",
        ("error.envelope.requestid.type",),
        error_body=set_field("RequestId", 7),
    ),
    Fault(
        "error-requestid-null",
        "The RequestId of error responses is null.",
        ("error.envelope.requestid.type",),
        error_body=set_field("RequestId", None),
    ),
    Fault(
        "error-requestid-repeated",
        "Every error response has the same RequestId.",
        ("response.requestid.unique",),
        error_body=set_field("RequestId", "D61D869E-E92A-447F-AD67-9234F999E516"),
    ),
    Fault(
        "error-hostid-number",
        "The HostId of error responses is a number.",
        ("error.envelope.hostid.type",),
        error_body=set_field("HostId", 7),
    ),
    Fault(
        "error-recommend-object",
        "The Recommend field of error responses is an object.",
        ("error.envelope.recommend.type",),
        error_body=change_field("Recommend", lambda text: {"Url": text}),
    ),
    Fault(
        "error-success-true",
        "Success is true in error responses.",
        ("response.success.consistent",),
        error_body=set_field("Success", value=True),
    ),
    Fault(
        "error-in-list",
        "The error body is nested in a list.",
        ("error.envelope.code.present", "error.envelope.message.present"),
        error_body=_wrap_in_list,
    ),
    Fault(
        "error-as-problem",
        "Error responses have the format of RFC 9457.",
        ("error.*.present",),
        error_body=_convert_to_problem_details,
    ),
    Fault(
        "error-fields-prefixed",
        "The fields of error responses are prefixed with Error.",
        ("error.envelope.code.present", "error.envelope.message.present"),
        error_body=_prefix_keys,
    ),
    Fault(
        "error-as-empty-success",
        "Error responses are replaced with empty success responses.",
        (*REJECTED_REQUESTS, "num.maximum", "start.maximum"),
        response=_convert_to_empty_success,
    ),
)
