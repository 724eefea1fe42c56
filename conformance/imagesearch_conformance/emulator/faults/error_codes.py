"""Defects of one error code each, made for every row of the contract's table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, AUTHENTICATION, VERSION, WINDOW
from imagesearch_conformance.contract.error_table import ErrorRow, ErrorTrigger
from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.requirement_sets import SIGNATURES
from imagesearch_conformance.emulator.parameter_roles import KNOWN
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.wire import WireResponse

#: Statuses from here on blame the server (RFC 9110 section 15.6), and what the other side is blamed with.
_MIN_SERVER_ERROR, _MIN_CLIENT_ERROR = 500, 400

#: What some services answer whatever they cannot use with.
_UNPROCESSABLE = 422

#: Statuses that other services use for what comes about in these ways.
_CONVENTIONAL_STATUSES: Mapping[ErrorTrigger, int] = {
    ErrorTrigger.RATE_LIMIT: 429,
    ErrorTrigger.PERMISSION: 401,
    ErrorTrigger.OPERATION: 501,
}

#: How the codes come about that only the fault header shows.
_UNTRIGGERED = (ErrorTrigger.NEVER, ErrorTrigger.OTHER_OPERATION)

_ErrorChange = Callable[[ErrorResponse], ErrorResponse]


def error_code_faults(contract: Contract) -> Iterator[Fault]:
    """Faults of sides that are blamed, and for each code another that answers in its place.

    The codes that no request provokes are shifted together, those of the service and those of other
    actions: one request tells about one of them only. Codes to which other services give statuses of
    their own may have these, too. Those that a revision adds have two faults in common.
    """
    added = tuple(row for row in contract.errors.documented_rows if _is_added(contract, row))
    rows = tuple(row for row in contract.errors.documented_rows if row not in added)
    if added:
        yield _added_status_fault(added)
        yield _added_message_fault(added)
    yield _wrong_side_fault(rows, _MIN_SERVER_ERROR)
    yield _wrong_side_fault(rows, _MIN_CLIENT_ERROR)
    yield from map(partial(_general_code_fault, contract), [row for row in rows if row.general_keywords][:1])
    for provoked in _UNTRIGGERED:
        yield _shifted_codes_fault(provoked, [row for row in rows if row.trigger is provoked])
    yield _proxy_rate_limit_fault([row for row in rows if row.trigger is ErrorTrigger.RATE_LIMIT])
    for row in (one for one in rows if one.trigger not in _UNTRIGGERED):
        if row.trigger in _CONVENTIONAL_STATUSES:
            yield _wrong_status_fault(row)
        yield _wrong_code_fault(
            contract, row, _next_row(row, [one for one in rows if one is row or _blames_same_side(one, row)])
        )


def _is_added(contract: Contract, row: ErrorRow) -> bool:
    """Whether a row stands in a file that the revision has besides those of the first."""
    revision = contract.spec_files.revision
    return revision is not None and row.where.partition("#")[0] in revision.files


def _added_status_fault(added: tuple[ErrorRow, ...]) -> Fault:
    codes = {row.code for row in added}

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return evolve(error, status=_UNPROCESSABLE) if error.code in codes else error

    return Fault(
        "error-added-status",
        f"The codes that the revision adds come with HTTP status {_UNPROCESSABLE}.",
        tuple(f"error.{row.code}.status" for row in added),
        error=hook,
    )


def _added_message_fault(added: tuple[ErrorRow, ...]) -> Fault:
    others = {row.code: _next_row(row, added).message for row in added}

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return evolve(error, message=others.get(error.code, error.message))

    return Fault(
        "error-added-message",
        "The codes that the revision adds come with each other's messages.",
        tuple(f"error.{row.code}.message" for row in added),
        error=hook,
    )


def _blames_same_side(row: ErrorRow, other: ErrorRow) -> bool:
    """Whether both blame the same side; too many requests are another matter, which clients wait for."""
    return (row.status < _MIN_SERVER_ERROR) is (
        other.status < _MIN_SERVER_ERROR
    ) and row.trigger is not ErrorTrigger.RATE_LIMIT


def _next_row(row: ErrorRow, rows: list[ErrorRow] | tuple[ErrorRow, ...]) -> ErrorRow:
    """The row below; the first one comes after the last."""
    return rows[(rows.index(row) + 1) % len(rows)]


def _fault_name(row: ErrorRow, suffix: str) -> str:
    return f"error-{row.code.lower()}-{suffix}"


def _wrong_side_fault(rows: tuple[ErrorRow, ...], status: int) -> Fault:
    """Every error of the other side comes with one status; the gateway blames clients alone."""
    client = status >= _MIN_SERVER_ERROR
    wrong = [row for row in rows if (row.status < _MIN_SERVER_ERROR) is client]

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return evolve(error, status=status) if (error.status < _MIN_SERVER_ERROR) is client else error

    return Fault(
        f"error-status-{status}",
        f"Errors of the {'client' if client else 'service'} come with HTTP status {status}.",
        (*(f"error.{row.code}.status" for row in wrong), *((*SIGNATURES, "silence.method") if client else ())),
        error=hook,
    )


def _general_code_fault(contract: Contract, general_row: ErrorRow) -> Fault:
    """What has a code of its own is answered with the one that answers everything else."""
    rows = contract.errors.documented_rows
    wrong = {row.code: row for row in rows if row.trigger is ErrorTrigger.VIOLATION and row is not general_row}
    own = (f"error.{code}.{what}" for code in wrong for what in ("status", "message"))
    dependent = (one for row in wrong.values() for one in _dependent_requirements(contract, row, general_row.code))

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return _replace_with_row(error, general_row) if error.code in wrong else error

    return Fault(
        "error-code-general",
        f"Every violation is answered with {general_row.code}.",
        tuple(dict.fromkeys((*own, *dependent))),
        error=hook,
    )


def _replace_with_row(error: ErrorResponse, row: ErrorRow) -> ErrorResponse:
    return evolve(error, code=row.code, message=row.message, status=row.status)


def _wrong_status_fault(row: ErrorRow) -> Fault:
    status = _CONVENTIONAL_STATUSES[row.trigger]
    return Fault(
        _fault_name(row, "status"),
        f"{row.code} comes with HTTP status {status}.",
        (f"error.{row.code}.status",),
        error=_change_errors_of_row(row, lambda refusal: evolve(refusal, status=status)),
    )


def _proxy_rate_limit_fault(rows: list[ErrorRow]) -> Fault:
    """Too many requests are stopped before they reach the service, in another form."""
    codes = {row.code for row in rows}
    aspects = (f"error.{code}.{what}" for code in codes for what in ("status", "message"))

    def hook(response: WireResponse, _context: FaultContext) -> WireResponse:
        denied = response.status >= _MIN_CLIENT_ERROR and json.loads(response.body).get("Code") in codes
        return WireResponse(429, (("Content-Type", "text/plain"),), b"Too Many Requests") if denied else response

    return Fault(
        "throttling-by-proxy",
        "Too many requests are refused by a proxy, in plain text.",
        (*aspects, "wire.json", "wire.contenttype"),
        response=hook,
    )


def _shifted_codes_fault(trigger: ErrorTrigger, rows: list[ErrorRow]) -> Fault:
    """The row below answers, as after an insertion that moved all others."""
    others = {row.code: _next_row(row, rows) for row in rows}

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return _replace_with_row(error, others[error.code]) if error.code in others else error

    return Fault(
        f"error-{trigger}-shifted",
        f"{', '.join(others)}: each is answered with the next one.",
        tuple(f"error.{code}.{what}" for code in others for what in ("status", "message")),
        error=hook,
    )


def _wrong_code_fault(contract: Contract, row: ErrorRow, other: ErrorRow) -> Fault:
    return Fault(
        _fault_name(row, "mistaken"),
        f"{other.code} answers in place of {row.code}.",
        (f"error.{row.code}.status", f"error.{row.code}.message", *_dependent_requirements(contract, row, other.code)),
        error=_change_errors_of_row(row, lambda refusal: _replace_with_row(refusal, other)),
    )


def _change_errors_of_row(row: ErrorRow, change: _ErrorChange) -> Hook[ErrorResponse]:
    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return change(error) if error.code == row.code else error

    return hook


def _dependent_requirements(contract: Contract, row: ErrorRow, other: str) -> Iterator[str]:
    """The requirements whose violation the row answers, and which the other code does not satisfy."""
    for requirement, violation in _requirements_with_violations(contract):
        options = contract.error_acceptances(violation)
        if options[0].code == row.code and not any(one.code == other for one in options):
            yield requirement
    if row.trigger is ErrorTrigger.RATE_LIMIT:
        yield "throttling.above"


def _requirements_with_violations(contract: Contract) -> Iterator[tuple[str, Violation]]:
    """Requirements with the violation that they refuse."""
    for parameter in contract.parameters:
        for keyword in (*parameter.constraints(), KNOWN):
            requirement = f"{parameter.key}.{keyword.lower()}"
            if requirement in contract.requirements:
                yield requirement, Violation(parameter.name, keyword)
    yield from (("request.combined", one) for one in _first_violations(contract))
    yield "window.maximum", Violation(WINDOW, "maximum")
    yield "action.unknown", Violation(ACTION, "unknown")
    yield "action.missing", Violation(ACTION, "missing")
    yield "silence.case", Violation(ACTION, "unknown")
    yield "version.unknown", Violation(VERSION, "unknown")
    yield "authentication.permission", Violation(AUTHENTICATION, "permission")


def _first_violations(contract: Contract) -> Iterator[Violation]:
    """What is noticed first where two neighbouring parameters are wrong; the last one is never the first."""
    for parameter in contract.parameters[:-1]:
        rules = ((keyword, f"{parameter.key}.{keyword.lower()}") for keyword in parameter.constraints())
        found = (keyword for keyword, name in rules if keyword != "required" and _is_must(contract, name))
        yield from (Violation(parameter.name, keyword) for keyword in list(found)[:1])


def _is_must(contract: Contract, name: str) -> bool:
    return name in contract.requirements and contract.requirements[name].level is Level.MUST
