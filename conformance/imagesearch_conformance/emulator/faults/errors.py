"""Defects of refusals: status, code, message, envelope."""

from __future__ import annotations

import json

from attrs import evolve

from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.builders import change_field, remove_field, set_field
from imagesearch_conformance.emulator.faults.requirement_sets import (
    DOCUMENTED_REJECTIONS,
    ERROR_MESSAGES,
    ERROR_STATUSES,
    REJECTED_REQUESTS,
    SIGNATURES,
)
from imagesearch_conformance.emulator.success_body import JsonObject
from imagesearch_conformance.model.wire import WireResponse

#: Statuses from here on say that a request failed.
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
    failed = json.loads(response.body)
    if response.status < _MIN_ERROR_STATUS:
        return response
    stated = context.contract.spec_files.resolve(_SUCCESS_PROPERTIES)
    document = {
        "RequestId": failed["RequestId"],
        "Msg": stated["Msg"]["examples"][0],
        "Code": stated["Code"]["const"],
        "Success": stated["Success"]["const"],
        "Auctions": [],
        "Head": dict.fromkeys(stated["Head"]["required"], 0),
    }
    return WireResponse(context.contract.protocol.success_status, response.headers, json.dumps(document).encode())


_SUCCESS_PROPERTIES = "schemas/success.json#/properties"

_STACK_TRACE = 'Traceback (most recent call last):\n  File "/srv/search/app.py", line 7, in handle\nValueError: '

#: A key that does not exist is answered with this status anyway.
_SIGNATURES_NOT_404 = tuple(one for one in SIGNATURES if one != "authentication.stranger")

FAULTS = (
    Fault(
        "error-status-200",
        "Every error comes with HTTP status 200.",
        (*ERROR_STATUSES, *SIGNATURES, "silence.method", "response.success.consistent"),
        error=_set_status(200),
    ),
    Fault(
        "error-message-changed",
        "Messages are worded otherwise.",
        ERROR_MESSAGES,
        error_body=change_field("Message", lambda text: f"Error: {text}"),
    ),
    Fault(
        "error-message-empty",
        "Messages are empty.",
        (*ERROR_MESSAGES, "error.envelope.message.length"),
        error_body=set_field("Message", ""),
    ),
    Fault(
        "error-message-trace",
        "Messages show a stack trace.",
        (*ERROR_MESSAGES, "error.leak"),
        error_body=change_field("Message", lambda text: _STACK_TRACE + text),
    ),
    Fault(
        "error-code-lower-case",
        "Codes are in lower case.",
        DOCUMENTED_REJECTIONS,
        error_body=change_field("Code", str.lower),
    ),
    Fault(
        "error-code-number",
        "The code of an error is a number.",
        ("error.envelope.code.type",),
        error_body=set_field("Code", 400),
    ),
    Fault(
        "error-code-unknown",
        "Errors have a code that no page knows.",
        DOCUMENTED_REJECTIONS,
        error_body=set_field("Code", "SomethingWentWrong"),
    ),
    Fault(
        "error-code-missing", "Errors have no code.", ("error.envelope.code.present",), error_body=remove_field("Code")
    ),
    Fault(
        "error-message-missing",
        "Errors have no message.",
        ("error.envelope.message.present",),
        error_body=remove_field("Message"),
    ),
    Fault(
        "error-message-in-msg",
        "The message of an error is in Msg.",
        ("error.envelope.message.present",),
        error_body=_rename_message_to_msg,
    ),
    Fault(
        "error-requestid-missing",
        "Errors have no RequestId.",
        ("error.envelope.requestid.present",),
        error_body=remove_field("RequestId"),
    ),
    Fault(
        "error-requestid-empty",
        "The RequestId of an error is empty.",
        ("error.envelope.requestid.length", "error.envelope.requestid.format"),
        error_body=set_field("RequestId", ""),
    ),
    Fault(
        "error-requestid-no-uuid",
        "The RequestId of an error is no UUID.",
        ("error.envelope.requestid.format",),
        error_body=change_field("RequestId", lambda value: value.replace("-", ".")),
    ),
    Fault(
        "error-nested",
        "The envelope of an error is inside another object.",
        ("error.*.present",),
        error_body=_nest_in_object,
    ),
    Fault(
        "error-keys-lower-case",
        "The fields of an error begin in lower case.",
        ("error.*.present",),
        error_body=_lowercase_keys,
    ),
    Fault(
        "error-like-success",
        "Errors have the fields of successes.",
        ("error.envelope.message.present", "error.envelope.code.type"),
        error_body=_format_like_success,
    ),
    Fault(
        "error-status-404",
        "Every error comes with HTTP status 404.",
        (*ERROR_STATUSES, *_SIGNATURES_NOT_404, "silence.method"),
        error=_set_status(404),
    ),
    Fault(
        "error-status-422",
        "Every error comes with HTTP status 422.",
        (*ERROR_STATUSES, *SIGNATURES, "silence.method"),
        error=_set_status(422),
    ),
    Fault(
        "error-code-prefixed",
        "Codes have the name of the product before them.",
        DOCUMENTED_REJECTIONS,
        error_body=change_field("Code", lambda code: f"ImageSearch.{code}"),
    ),
    Fault(
        "error-code-null",
        "The code of an error is null.",
        ("error.envelope.code.type",),
        error_body=set_field("Code", None),
    ),
    Fault(
        "error-code-empty",
        "The code of an error is empty.",
        ("error.envelope.code.length",),
        error_body=set_field("Code", ""),
    ),
    Fault(
        "error-message-null",
        "The message of an error is null.",
        ("error.envelope.message.type",),
        error_body=set_field("Message", None),
    ),
    Fault(
        "error-message-without-stop",
        "Messages have no full stop.",
        ERROR_MESSAGES,
        error_body=change_field("Message", lambda text: text.removesuffix(".")),
    ),
    Fault(
        "error-message-padded",
        "A space follows every message.",
        ERROR_MESSAGES,
        error_body=change_field("Message", lambda text: f"{text} "),
    ),
    Fault(
        "error-message-translated",
        "Messages are in another language.",
        ERROR_MESSAGES,
        error_body=set_field("Message", "\u8bf7\u6c42\u53c2\u6570\u65e0\u6548\u3002"),
    ),
    Fault(
        "error-message-path",
        "Messages show the path of a source file.",
        (*ERROR_MESSAGES, "error.leak"),
        error_body=change_field("Message", lambda text: f"{text} (/srv/search/app.py)"),
    ),
    Fault(
        "error-requestid-number",
        "The RequestId of an error is a number.",
        ("error.envelope.requestid.type",),
        error_body=set_field("RequestId", 7),
    ),
    Fault(
        "error-requestid-null",
        "The RequestId of an error is null.",
        ("error.envelope.requestid.type",),
        error_body=set_field("RequestId", None),
    ),
    Fault(
        "error-requestid-repeated",
        "Every error has the same RequestId.",
        ("response.requestid.unique",),
        error_body=set_field("RequestId", "D61D869E-E92A-447F-AD67-9234F999E516"),
    ),
    Fault(
        "error-hostid-number",
        "The HostId of an error is a number.",
        ("error.envelope.hostid.type",),
        error_body=set_field("HostId", 7),
    ),
    Fault(
        "error-recommend-object",
        "What an error recommends is an object.",
        ("error.envelope.recommend.type",),
        error_body=change_field("Recommend", lambda text: {"Url": text}),
    ),
    Fault(
        "error-success-true",
        "Errors say that they are successes.",
        ("response.success.consistent",),
        error_body=set_field("Success", value=True),
    ),
    Fault(
        "error-in-list",
        "The envelope of an error is in a list.",
        ("error.envelope.code.present", "error.envelope.message.present"),
        error_body=_wrap_in_list,
    ),
    Fault(
        "error-as-problem",
        "Errors are in the form of RFC 9457.",
        ("error.*.present",),
        error_body=_convert_to_problem_details,
    ),
    Fault(
        "error-fields-prefixed",
        "The fields of an error have Error before their names.",
        ("error.envelope.code.present", "error.envelope.message.present"),
        error_body=_prefix_keys,
    ),
    Fault(
        "error-as-empty-success",
        "Every error is an empty success.",
        (*REJECTED_REQUESTS, "num.maximum", "start.maximum"),
        response=_convert_to_empty_success,
    ),
)
