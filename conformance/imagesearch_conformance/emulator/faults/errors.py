"""Defects of refusals: status, code, message, envelope."""

from __future__ import annotations

import json

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.faults.edits import changing, removing, setting
from imagesearch_conformance.emulator.faults.effects import KNOWN_FORM, MESSAGES, REFUSED, SIGNATURES, STATUSES
from imagesearch_conformance.emulator.refusals import Refusal
from imagesearch_conformance.emulator.success import Document
from imagesearch_conformance.model.wire import WireReply

#: Statuses from here on say that a request failed.
_CLIENT_ERRORS = 400


def _status(status: int) -> Hook[Refusal]:
    return lambda refusal, _about: evolve(refusal, status=status)


def _like_a_success(document: Document, _about: Circumstances) -> Document:
    return {"RequestId": document["RequestId"], "Success": False, "Code": 1, "Msg": document["Message"]}


def _message_as_msg(document: Document, _about: Circumstances) -> Document:
    document["Msg"] = document.pop("Message", None)
    return document


def _nested(document: Document, _about: Circumstances) -> Document:
    return {"Error": document}


def _lower_keys(document: Document, _about: Circumstances) -> Document:
    return {key[:1].lower() + key[1:]: value for key, value in document.items()}


def _listed(document: Document, _about: Circumstances) -> Document:
    return {"RequestId": document["RequestId"], "Errors": [document]}


def _problem(document: Document, _about: Circumstances) -> Document:
    return {"type": "about:blank", "title": document["Code"], "detail": document["Message"]}


def _prefixed(document: Document, _about: Circumstances) -> Document:
    return {name if name == "RequestId" else f"Error{name}": value for name, value in document.items()}


def _empty_success(reply: WireReply, about: Circumstances) -> WireReply:
    failed = json.loads(reply.body)
    if reply.status < _CLIENT_ERRORS:
        return reply
    stated = about.contract.documents.at(_SUCCESS)
    document = {
        "RequestId": failed["RequestId"],
        "Msg": stated["Msg"]["examples"][0],
        "Code": stated["Code"]["const"],
        "Success": stated["Success"]["const"],
        "Auctions": [],
        "Head": dict.fromkeys(stated["Head"]["required"], 0),
    }
    return WireReply(about.contract.protocol.success, reply.headers, json.dumps(document).encode())


_SUCCESS = "schemas/success.json#/properties"

_TRACE = 'Traceback (most recent call last):\n  File "/srv/search/app.py", line 7, in handle\nValueError: '

#: A key that does not exist is answered with this status anyway.
_NOT_FOUND = tuple(one for one in SIGNATURES if one != "authentication.stranger")

FAULTS = (
    Fault(
        "error-status-200",
        "Every error comes with HTTP status 200.",
        (*STATUSES, *SIGNATURES, "silence.method", "response.success.consistent"),
        refusal=_status(200),
    ),
    Fault(
        "error-message-changed",
        "Messages are worded otherwise.",
        MESSAGES,
        failure=changing("Message", lambda text: f"Error: {text}"),
    ),
    Fault(
        "error-message-empty",
        "Messages are empty.",
        (*MESSAGES, "error.envelope.message.length"),
        failure=setting("Message", ""),
    ),
    Fault(
        "error-message-trace",
        "Messages show a stack trace.",
        (*MESSAGES, "error.leak"),
        failure=changing("Message", lambda text: _TRACE + text),
    ),
    Fault(
        "error-code-lower-case",
        "Codes are in lower case.",
        KNOWN_FORM,
        failure=changing("Code", str.lower),
    ),
    Fault(
        "error-code-number",
        "The code of an error is a number.",
        ("error.envelope.code.type",),
        failure=setting("Code", 400),
    ),
    Fault(
        "error-code-unknown",
        "Errors have a code that no page knows.",
        KNOWN_FORM,
        failure=setting("Code", "SomethingWentWrong"),
    ),
    Fault("error-code-missing", "Errors have no code.", ("error.envelope.code.present",), failure=removing("Code")),
    Fault(
        "error-message-missing",
        "Errors have no message.",
        ("error.envelope.message.present",),
        failure=removing("Message"),
    ),
    Fault(
        "error-message-in-msg",
        "The message of an error is in Msg.",
        ("error.envelope.message.present",),
        failure=_message_as_msg,
    ),
    Fault(
        "error-requestid-missing",
        "Errors have no RequestId.",
        ("error.envelope.requestid.present",),
        failure=removing("RequestId"),
    ),
    Fault(
        "error-requestid-empty",
        "The RequestId of an error is empty.",
        ("error.envelope.requestid.length", "error.envelope.requestid.format"),
        failure=setting("RequestId", ""),
    ),
    Fault(
        "error-requestid-no-uuid",
        "The RequestId of an error is no UUID.",
        ("error.envelope.requestid.format",),
        failure=changing("RequestId", lambda value: value.replace("-", ".")),
    ),
    Fault("error-nested", "The envelope of an error is inside another object.", ("error.*.present",), failure=_nested),
    Fault(
        "error-keys-lower-case",
        "The fields of an error begin in lower case.",
        ("error.*.present",),
        failure=_lower_keys,
    ),
    Fault(
        "error-like-success",
        "Errors have the fields of successes.",
        ("error.envelope.message.present", "error.envelope.code.type"),
        failure=_like_a_success,
    ),
    Fault(
        "error-status-404",
        "Every error comes with HTTP status 404.",
        (*STATUSES, *_NOT_FOUND, "silence.method"),
        refusal=_status(404),
    ),
    Fault(
        "error-status-422",
        "Every error comes with HTTP status 422.",
        (*STATUSES, *SIGNATURES, "silence.method"),
        refusal=_status(422),
    ),
    Fault(
        "error-code-prefixed",
        "Codes have the name of the product before them.",
        KNOWN_FORM,
        failure=changing("Code", lambda code: f"ImageSearch.{code}"),
    ),
    Fault(
        "error-code-null", "The code of an error is null.", ("error.envelope.code.type",), failure=setting("Code", None)
    ),
    Fault(
        "error-code-empty",
        "The code of an error is empty.",
        ("error.envelope.code.length",),
        failure=setting("Code", ""),
    ),
    Fault(
        "error-message-null",
        "The message of an error is null.",
        ("error.envelope.message.type",),
        failure=setting("Message", None),
    ),
    Fault(
        "error-message-without-stop",
        "Messages have no full stop.",
        MESSAGES,
        failure=changing("Message", lambda text: text.removesuffix(".")),
    ),
    Fault(
        "error-message-padded",
        "A space follows every message.",
        MESSAGES,
        failure=changing("Message", lambda text: f"{text} "),
    ),
    Fault(
        "error-message-translated",
        "Messages are in another language.",
        MESSAGES,
        failure=setting("Message", "\u8bf7\u6c42\u53c2\u6570\u65e0\u6548\u3002"),
    ),
    Fault(
        "error-message-path",
        "Messages show the path of a source file.",
        (*MESSAGES, "error.leak"),
        failure=changing("Message", lambda text: f"{text} (/srv/search/app.py)"),
    ),
    Fault(
        "error-requestid-number",
        "The RequestId of an error is a number.",
        ("error.envelope.requestid.type",),
        failure=setting("RequestId", 7),
    ),
    Fault(
        "error-requestid-null",
        "The RequestId of an error is null.",
        ("error.envelope.requestid.type",),
        failure=setting("RequestId", None),
    ),
    Fault(
        "error-requestid-repeated",
        "Every error has the same RequestId.",
        ("response.requestid.unique",),
        failure=setting("RequestId", "D61D869E-E92A-447F-AD67-9234F999E516"),
    ),
    Fault(
        "error-hostid-number",
        "The HostId of an error is a number.",
        ("error.envelope.hostid.type",),
        failure=setting("HostId", 7),
    ),
    Fault(
        "error-recommend-object",
        "What an error recommends is an object.",
        ("error.envelope.recommend.type",),
        failure=changing("Recommend", lambda text: {"Url": text}),
    ),
    Fault(
        "error-success-true",
        "Errors say that they are successes.",
        ("response.success.consistent",),
        failure=setting("Success", value=True),
    ),
    Fault(
        "error-in-list",
        "The envelope of an error is in a list.",
        ("error.envelope.code.present", "error.envelope.message.present"),
        failure=_listed,
    ),
    Fault("error-as-problem", "Errors are in the form of RFC 9457.", ("error.*.present",), failure=_problem),
    Fault(
        "error-fields-prefixed",
        "The fields of an error have Error before their names.",
        ("error.envelope.code.present", "error.envelope.message.present"),
        failure=_prefixed,
    ),
    Fault(
        "error-as-empty-success",
        "Every error is an empty success.",
        (*REFUSED, "num.maximum", "start.maximum"),
        reply=_empty_success,
    ),
)
