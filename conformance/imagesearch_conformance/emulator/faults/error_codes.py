"""Faults of error codes, built from the rows of the contract's error tables."""

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
from imagesearch_conformance.emulator.faults.builders import SIGNATURES
from imagesearch_conformance.emulator.parameter_roles import KNOWN
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.wire import WireResponse

#: The lowest status of server errors and of client errors (RFC 9110 section 15).
_MIN_SERVER_ERROR, _MIN_CLIENT_ERROR = 500, 400

#: Used by some services for every invalid request.
_UNPROCESSABLE = 422

#: The statuses that other services use for these triggers.
_CONVENTIONAL_STATUSES: Mapping[ErrorTrigger, int] = {
    ErrorTrigger.RATE_LIMIT: 429,
    ErrorTrigger.PERMISSION: 401,
    ErrorTrigger.OPERATION: 501,
}

#: The triggers of codes that only the fault header provokes.
_UNTRIGGERED = (ErrorTrigger.NEVER, ErrorTrigger.OTHER_OPERATION)

_ErrorChange = Callable[[ErrorResponse], ErrorResponse]


def error_code_faults(contract: Contract) -> Iterator[Fault]:
    """Yield the faults of all codes: wrong status class, general code, wrong status, wrong code.

    Codes that no request provokes share one fault for each trigger, since a request with the fault header
    shows one code only. Codes that a revision adds share two faults.
    """
    added = tuple(row for row in contract.errors.documented_rows if _is_added(contract, row))
    rows = tuple(row for row in contract.errors.documented_rows if row not in added)
    if added:
        yield _added_status_fault(added)
        yield _added_message_fault(added)
    yield _wrong_class_fault(rows, _MIN_SERVER_ERROR)
    yield _wrong_class_fault(rows, _MIN_CLIENT_ERROR)
    yield from map(partial(_general_code_fault, contract), [row for row in rows if row.general_keywords][:1])
    for trigger in _UNTRIGGERED:
        yield _shifted_codes_fault(trigger, [row for row in rows if row.trigger is trigger])
    yield _proxy_rate_limit_fault([row for row in rows if row.trigger is ErrorTrigger.RATE_LIMIT])
    for row in (row for row in rows if row.trigger not in _UNTRIGGERED):
        if row.trigger in _CONVENTIONAL_STATUSES:
            yield _wrong_status_fault(row)
        candidates = [other for other in rows if other is row or _has_same_class(other, row)]
        yield _wrong_code_fault(contract, row, _next_row(row, candidates))


def _is_added(contract: Contract, row: ErrorRow) -> bool:
    """Return whether a row is in a file that the revision adds to those of the first revision."""
    revision = contract.spec_files.revision
    return revision is not None and row.where.partition("#")[0] in revision.files


def _added_status_fault(added: tuple[ErrorRow, ...]) -> Fault:
    codes = {row.code for row in added}

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return evolve(error, status=_UNPROCESSABLE) if error.code in codes else error

    return Fault(
        "error-added-status",
        f"Error codes added by the revision have HTTP status {_UNPROCESSABLE}.",
        tuple(f"error.{row.code}.status" for row in added),
        error=hook,
    )


def _added_message_fault(added: tuple[ErrorRow, ...]) -> Fault:
    others = {row.code: _next_row(row, added).message for row in added}

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return evolve(error, message=others.get(error.code, error.message))

    return Fault(
        "error-added-message",
        "Error codes added by the revision have each other's messages.",
        tuple(f"error.{row.code}.message" for row in added),
        error=hook,
    )


def _has_same_class(row: ErrorRow, other: ErrorRow) -> bool:
    """Return whether both are client errors or both server errors; the rate limit is neither, since clients retry."""
    return (row.status < _MIN_SERVER_ERROR) is (
        other.status < _MIN_SERVER_ERROR
    ) and row.trigger is not ErrorTrigger.RATE_LIMIT


def _next_row(row: ErrorRow, rows: list[ErrorRow] | tuple[ErrorRow, ...]) -> ErrorRow:
    """The next row of the table; the first follows the last."""
    return rows[(rows.index(row) + 1) % len(rows)]


def _fault_name(row: ErrorRow, suffix: str) -> str:
    return f"error-{row.code.lower()}-{suffix}"


def _wrong_class_fault(rows: tuple[ErrorRow, ...], status: int) -> Fault:
    """Client errors with a server error's status, or the reverse; the gateway returns client errors only."""
    client = status >= _MIN_SERVER_ERROR
    affected = [row for row in rows if (row.status < _MIN_SERVER_ERROR) is client]

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return evolve(error, status=status) if (error.status < _MIN_SERVER_ERROR) is client else error

    return Fault(
        f"error-status-{status}",
        f"{'Client' if client else 'Server'} errors have HTTP status {status}.",
        (*(f"error.{row.code}.status" for row in affected), *((*SIGNATURES, "silence.method") if client else ())),
        error=hook,
    )


def _general_code_fault(contract: Contract, general_row: ErrorRow) -> Fault:
    """Every violation with a code of its own gets the general code."""
    rows = contract.errors.documented_rows
    affected = {row.code: row for row in rows if row.trigger is ErrorTrigger.VIOLATION and row is not general_row}
    own = (f"error.{code}.{aspect}" for code in affected for aspect in ("status", "message"))
    dependent = (name for row in affected.values() for name in _dependent_requirements(contract, row, general_row.code))

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return _replace_with_row(error, general_row) if error.code in affected else error

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
        f"{row.code} has HTTP status {status}.",
        (f"error.{row.code}.status",),
        error=_change_errors_of_row(row, lambda error: evolve(error, status=status)),
    )


def _proxy_rate_limit_fault(rows: list[ErrorRow]) -> Fault:
    codes = {row.code for row in rows}
    own = (f"error.{code}.{aspect}" for code in codes for aspect in ("status", "message"))

    def hook(response: WireResponse, _context: FaultContext) -> WireResponse:
        limited = response.status >= _MIN_CLIENT_ERROR and json.loads(response.body).get("Code") in codes
        return WireResponse(429, (("Content-Type", "text/plain"),), b"Too Many Requests") if limited else response

    return Fault(
        "throttling-by-proxy",
        "A proxy enforces the rate limit and responds in plain text.",
        (*own, "wire.json", "wire.contenttype"),
        response=hook,
    )


def _shifted_codes_fault(trigger: ErrorTrigger, rows: list[ErrorRow]) -> Fault:
    """Every code is replaced with the next one, as after a row was inserted into an index-based table."""
    others = {row.code: _next_row(row, rows) for row in rows}

    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return _replace_with_row(error, others[error.code]) if error.code in others else error

    return Fault(
        f"error-{trigger}-shifted",
        f"Each of the codes {', '.join(others)} is replaced with the next one.",
        tuple(f"error.{code}.{aspect}" for code in others for aspect in ("status", "message")),
        error=hook,
    )


def _wrong_code_fault(contract: Contract, row: ErrorRow, other: ErrorRow) -> Fault:
    return Fault(
        _fault_name(row, "mistaken"),
        f"{other.code} is returned instead of {row.code}.",
        (f"error.{row.code}.status", f"error.{row.code}.message", *_dependent_requirements(contract, row, other.code)),
        error=_change_errors_of_row(row, lambda error: _replace_with_row(error, other)),
    )


def _change_errors_of_row(row: ErrorRow, change: _ErrorChange) -> Hook[ErrorResponse]:
    def hook(error: ErrorResponse, _context: FaultContext) -> ErrorResponse:
        return change(error) if error.code == row.code else error

    return hook


def _dependent_requirements(contract: Contract, row: ErrorRow, other: str) -> Iterator[str]:
    """Yield the requirements that expect the code of the row and do not accept the other code."""
    for requirement, violation in _requirements_with_violations(contract):
        acceptances = contract.error_acceptances(violation)
        if acceptances[0].code == row.code and not any(acceptance.code == other for acceptance in acceptances):
            yield requirement
    if row.trigger is ErrorTrigger.RATE_LIMIT:
        yield "throttling.above"


def _requirements_with_violations(contract: Contract) -> Iterator[tuple[str, Violation]]:
    """Yield requirements with the violation that they expect an error for."""
    for parameter in contract.parameters:
        for keyword in (*parameter.constraints(), KNOWN):
            requirement = f"{parameter.key}.{keyword.lower()}"
            if requirement in contract.requirements:
                yield requirement, Violation(parameter.name, keyword)
    yield from (("request.combined", violation) for violation in _first_violations(contract))
    yield "window.maximum", Violation(WINDOW, "maximum")
    yield "action.unknown", Violation(ACTION, "unknown")
    yield "action.missing", Violation(ACTION, "missing")
    yield "silence.case", Violation(ACTION, "unknown")
    yield "version.unknown", Violation(VERSION, "unknown")
    yield "authentication.permission", Violation(AUTHENTICATION, "permission")


def _first_violations(contract: Contract) -> Iterator[Violation]:
    """Yield the violation reported first if two neighbouring parameters are invalid; never in the last."""
    for parameter in contract.parameters[:-1]:
        rules = ((keyword, f"{parameter.key}.{keyword.lower()}") for keyword in parameter.constraints())
        keywords = [keyword for keyword, name in rules if keyword != "required" and _is_must(contract, name)]
        yield from (Violation(parameter.name, keyword) for keyword in keywords[:1])


def _is_must(contract: Contract, name: str) -> bool:
    return name in contract.requirements and contract.requirements[name].level is Level.MUST
