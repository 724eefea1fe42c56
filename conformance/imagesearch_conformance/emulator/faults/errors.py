"""Defects of refusals: status, code, message, envelope."""

from __future__ import annotations

import json

from attrs import evolve

from imagesearch_conformance.contract.error_table import Provoked
from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.faults.edits import changing, removing, setting
from imagesearch_conformance.emulator.refusals import Refusal
from imagesearch_conformance.emulator.success import Document
from imagesearch_conformance.model.wire import WireReply

#: Statuses from here on blame the server (RFC 9110 section 15.6).
_SERVER_ERRORS = 500

#: Statuses from here on say that a request failed.
_CLIENT_ERRORS = 400


def _status(status: int) -> Hook[Refusal]:
    return lambda refusal, _about: evolve(refusal, status=status)


def _status_of(provoked: Provoked, status: int) -> Hook[Refusal]:
    """Another status for the codes that come about in one way."""

    def hook(refusal: Refusal, about: Circumstances) -> Refusal:
        row = about.contract.errors.find(refusal.code)
        return evolve(refusal, status=status) if row and row.provoked is provoked else refusal

    return hook


def _server_to_client(refusal: Refusal, _about: Circumstances) -> Refusal:
    return evolve(refusal, status=400) if refusal.status >= _SERVER_ERRORS else refusal


def _next_row(refusal: Refusal, about: Circumstances) -> Refusal:
    """The row below in the page's table answers, as after an insertion that moved all others."""
    rows = about.contract.errors.documented
    codes = [row.code for row in rows]
    if refusal.code not in codes:
        return refusal
    row = rows[(codes.index(refusal.code) + 1) % len(rows)]
    return evolve(refusal, code=row.code, message=row.message, status=row.status)


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


def _code_first(document: Document, _about: Circumstances) -> Document:
    return {**document, "Message": f"{document['Code']} : {document['Message']}"}


def _general(refusal: Refusal, about: Circumstances) -> Refusal:
    """The row that answers what has no code of its own answers all that a request can be refused for."""
    rows = about.contract.errors.documented
    general = next(row for row in rows if row.general)
    own = about.contract.errors.find(refusal.code)
    if own not in rows or own is None or own.provoked is not Provoked.VIOLATION:
        return refusal
    return evolve(refusal, status=general.status, code=general.code, message=general.message)


def _empty_success(reply: WireReply, about: Circumstances) -> WireReply:
    failed = json.loads(reply.body)
    if reply.status < _CLIENT_ERRORS:
        return reply
    document = {
        "RequestId": failed["RequestId"],
        "Msg": "success",
        "Code": 0,
        "Success": True,
        "Auctions": [],
        "Head": {"DocsFound": 0, "DocsReturn": 0, "SearchTime": 0},
    }
    return WireReply(about.contract.protocol.success, reply.headers, json.dumps(document).encode())


_FRAMES = "\n\tat com.example.search.Handler.handle(Handler.java:42)"
_TRACE = 'Traceback (most recent call last):\n  File "/srv/search/app.py", line 7, in handle\nValueError: '

FAULTS = (
    Fault("error-status-200", "Every error comes with HTTP status 200.", refusal=_status(200)),
    Fault("error-status-500", "Every error comes with HTTP status 500.", refusal=_status(500)),
    Fault("error-status-400", "Errors of the service come as errors of the client.", refusal=_server_to_client),
    Fault("throttling-status-429", "Too many requests are refused with 429.", refusal=_status_of(Provoked.RATE, 429)),
    Fault(
        "permission-status-401",
        "A missing permission is answered with 401.",
        refusal=_status_of(Provoked.PERMISSION, 401),
    ),
    Fault(
        "operation-status-501",
        "An unknown operation is answered with 501.",
        refusal=_status_of(Provoked.OPERATION, 501),
    ),
    Fault("error-code-shifted", "Every error has the code of the row below.", refusal=_next_row),
    Fault(
        "error-message-changed",
        "Messages are worded otherwise.",
        failure=changing("Message", lambda text: f"Error: {text}"),
    ),
    Fault("error-message-shouted", "Messages are in capitals.", failure=changing("Message", str.upper)),
    Fault("error-message-empty", "Messages are empty.", failure=setting("Message", "")),
    Fault(
        "error-message-trace", "Messages show a stack trace.", failure=changing("Message", lambda text: _TRACE + text)
    ),
    Fault("error-code-lower-case", "Codes are in lower case.", failure=changing("Code", str.lower)),
    Fault("error-code-number", "The code of an error is a number.", failure=setting("Code", 400)),
    Fault(
        "error-code-unknown", "Errors have a code that no page knows.", failure=setting("Code", "SomethingWentWrong")
    ),
    Fault("error-code-missing", "Errors have no code.", failure=removing("Code")),
    Fault("error-message-missing", "Errors have no message.", failure=removing("Message")),
    Fault("error-message-in-msg", "The message of an error is in Msg.", failure=_message_as_msg),
    Fault("error-requestid-missing", "Errors have no RequestId.", failure=removing("RequestId")),
    Fault("error-requestid-empty", "The RequestId of an error is empty.", failure=setting("RequestId", "")),
    Fault(
        "error-requestid-no-uuid", "The RequestId of an error is no UUID.", failure=setting("RequestId", "request-1")
    ),
    Fault("error-nested", "The envelope of an error is inside another object.", failure=_nested),
    Fault("error-keys-lower-case", "The fields of an error begin in lower case.", failure=_lower_keys),
    Fault("error-like-success", "Errors have the fields of successes.", failure=_like_a_success),
    Fault("error-status-404", "Every error comes with HTTP status 404.", refusal=_status(404)),
    Fault("error-status-422", "Every error comes with HTTP status 422.", refusal=_status(422)),
    Fault("error-code-general", "Every violation has the one general code.", refusal=_general),
    Fault(
        "error-code-prefixed",
        "Codes have the name of the product before them.",
        failure=changing("Code", lambda code: f"ImageSearch.{code}"),
    ),
    Fault("error-code-null", "The code of an error is null.", failure=setting("Code", None)),
    Fault("error-code-empty", "The code of an error is empty.", failure=setting("Code", "")),
    Fault("error-code-in-list", "The code of an error is in a list.", failure=changing("Code", lambda code: [code])),
    Fault("error-message-null", "The message of an error is null.", failure=setting("Message", None)),
    Fault(
        "error-message-object",
        "The message of an error is an object by language.",
        failure=changing("Message", lambda text: {"en": text}),
    ),
    Fault(
        "error-message-without-stop",
        "Messages have no full stop.",
        failure=changing("Message", lambda text: text.removesuffix(".")),
    ),
    Fault("error-message-with-code", "Messages begin with the code.", failure=_code_first),
    Fault(
        "error-message-padded", "A space follows every message.", failure=changing("Message", lambda text: f"{text} ")
    ),
    Fault(
        "error-message-translated",
        "Messages are in another language.",
        failure=setting("Message", "\u8bf7\u6c42\u53c2\u6570\u65e0\u6548\u3002"),
    ),
    Fault(
        "error-message-frames",
        "Messages show frames of the stack.",
        failure=changing("Message", lambda text: text + _FRAMES),
    ),
    Fault(
        "error-message-path",
        "Messages show the path of a source file.",
        failure=changing("Message", lambda text: f"{text} (/srv/search/app.py)"),
    ),
    Fault("error-requestid-number", "The RequestId of an error is a number.", failure=setting("RequestId", 7)),
    Fault("error-requestid-null", "The RequestId of an error is null.", failure=setting("RequestId", None)),
    Fault(
        "error-requestid-repeated",
        "Every error has the same RequestId.",
        failure=setting("RequestId", "D61D869E-E92A-447F-AD67-9234F999E516"),
    ),
    Fault("error-hostid-number", "The HostId of an error is a number.", failure=setting("HostId", 7)),
    Fault(
        "error-recommend-object",
        "What an error recommends is an object.",
        failure=changing("Recommend", lambda text: {"Url": text}),
    ),
    Fault("error-success-true", "Errors say that they are successes.", failure=setting("Success", value=True)),
    Fault("error-in-list", "The envelope of an error is in a list.", failure=_listed),
    Fault("error-as-problem", "Errors are in the form of RFC 9457.", failure=_problem),
    Fault("error-fields-prefixed", "The fields of an error have Error before their names.", failure=_prefixed),
    Fault("error-as-empty-success", "Every error is an empty success.", reply=_empty_success),
)
