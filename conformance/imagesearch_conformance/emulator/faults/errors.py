"""Defects of refusals: status, code, message, envelope."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.contract.error_table import Provoked
from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.faults.edits import changing, removing, setting
from imagesearch_conformance.emulator.refusals import Refusal
from imagesearch_conformance.emulator.success import Document

#: Statuses from here on blame the server (RFC 9110 section 15.6).
_SERVER_ERRORS = 500


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
)
