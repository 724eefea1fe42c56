"""Defects of one error code each, made for every row of the contract's table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, AUTHENTICATION, VERSION, WINDOW
from imagesearch_conformance.contract.error_table import ErrorRow, Provoked
from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.faults.effects import SIGNATURES
from imagesearch_conformance.emulator.refusals import Refusal
from imagesearch_conformance.emulator.roles import KNOWN
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.wire import WireReply

#: Statuses from here on blame the server (RFC 9110 section 15.6), and what the other side is blamed with.
_SERVER, _CLIENT = 500, 400

#: What some services answer whatever they cannot use with.
_UNPROCESSABLE = 422

#: Statuses that other services use for what comes about in these ways.
_USUAL: Mapping[Provoked, int] = {Provoked.RATE: 429, Provoked.PERMISSION: 401, Provoked.OPERATION: 501}

#: How the codes come about that only the fault header shows.
_UNPROVOKED = (Provoked.NEVER, Provoked.ELSEWHERE)

_Change = Callable[[Refusal], Refusal]


def of_codes(contract: Contract) -> Iterator[Fault]:
    """Faults of sides that are blamed, and for each code another that answers in its place.

    The codes that no request provokes are shifted together, those of the service and those of other
    actions: one request tells about one of them only. Codes to which other services give statuses of
    their own may have these, too. Those that a revision adds have two faults in common.
    """
    added = tuple(row for row in contract.errors.documented if _added(contract, row))
    rows = tuple(row for row in contract.errors.documented if row not in added)
    if added:
        yield _added_status(added)
        yield _added_message(added)
    yield _blaming(rows, _SERVER)
    yield _blaming(rows, _CLIENT)
    yield from map(partial(_general, contract), [row for row in rows if row.general][:1])
    for provoked in _UNPROVOKED:
        yield _shifted(provoked, [row for row in rows if row.provoked is provoked])
    yield _by_proxy([row for row in rows if row.provoked is Provoked.RATE])
    for row in (one for one in rows if one.provoked not in _UNPROVOKED):
        if row.provoked in _USUAL:
            yield _wrong_status(row)
        yield _mistaken(contract, row, _neighbour(row, [one for one in rows if one is row or _alike(one, row)]))


def _added(contract: Contract, row: ErrorRow) -> bool:
    """Whether a row stands in a file that the revision has besides those of the first."""
    revision = contract.documents.revision
    return revision is not None and row.where.partition("#")[0] in revision.files


def _added_status(added: tuple[ErrorRow, ...]) -> Fault:
    codes = {row.code for row in added}

    def hook(refusal: Refusal, _about: Circumstances) -> Refusal:
        return evolve(refusal, status=_UNPROCESSABLE) if refusal.code in codes else refusal

    return Fault(
        "error-added-status",
        f"The codes that the revision adds come with HTTP status {_UNPROCESSABLE}.",
        tuple(f"error.{row.code}.status" for row in added),
        refusal=hook,
    )


def _added_message(added: tuple[ErrorRow, ...]) -> Fault:
    others = {row.code: _neighbour(row, added).message for row in added}

    def hook(refusal: Refusal, _about: Circumstances) -> Refusal:
        return evolve(refusal, message=others.get(refusal.code, refusal.message))

    return Fault(
        "error-added-message",
        "The codes that the revision adds come with each other's messages.",
        tuple(f"error.{row.code}.message" for row in added),
        refusal=hook,
    )


def _alike(one: ErrorRow, other: ErrorRow) -> bool:
    """Whether both blame the same side; too many requests are another matter, which clients wait for."""
    return (one.status < _SERVER) is (other.status < _SERVER) and one.provoked is not Provoked.RATE


def _neighbour(row: ErrorRow, rows: list[ErrorRow] | tuple[ErrorRow, ...]) -> ErrorRow:
    """The row below; the first one comes after the last."""
    return rows[(rows.index(row) + 1) % len(rows)]


def _name(row: ErrorRow, what: str) -> str:
    return f"error-{row.code.lower()}-{what}"


def _blaming(rows: tuple[ErrorRow, ...], status: int) -> Fault:
    """Every error of the other side comes with one status; the gateway blames clients alone."""
    client = status >= _SERVER
    wrong = [row for row in rows if (row.status < _SERVER) is client]

    def hook(refusal: Refusal, _about: Circumstances) -> Refusal:
        return evolve(refusal, status=status) if (refusal.status < _SERVER) is client else refusal

    return Fault(
        f"error-status-{status}",
        f"Errors of the {'client' if client else 'service'} come with HTTP status {status}.",
        (*(f"error.{row.code}.status" for row in wrong), *((*SIGNATURES, "silence.method") if client else ())),
        refusal=hook,
    )


def _general(contract: Contract, general: ErrorRow) -> Fault:
    """What has a code of its own is answered with the one that answers everything else."""
    rows = contract.errors.documented
    wrong = {row.code: row for row in rows if row.provoked is Provoked.VIOLATION and row is not general}
    own = (f"error.{code}.{what}" for code in wrong for what in ("status", "message"))
    dependent = (one for row in wrong.values() for one in _depending(contract, row, general.code))

    def hook(refusal: Refusal, _about: Circumstances) -> Refusal:
        return _like(refusal, general) if refusal.code in wrong else refusal

    return Fault(
        "error-code-general",
        f"Every violation is answered with {general.code}.",
        tuple(dict.fromkeys((*own, *dependent))),
        refusal=hook,
    )


def _like(refusal: Refusal, row: ErrorRow) -> Refusal:
    return evolve(refusal, code=row.code, message=row.message, status=row.status)


def _wrong_status(row: ErrorRow) -> Fault:
    status = _USUAL[row.provoked]
    return Fault(
        _name(row, "status"),
        f"{row.code} comes with HTTP status {status}.",
        (f"error.{row.code}.status",),
        refusal=_where(row, lambda refusal: evolve(refusal, status=status)),
    )


def _by_proxy(rows: list[ErrorRow]) -> Fault:
    """Too many requests are stopped before they reach the service, in another form."""
    codes = {row.code for row in rows}
    aspects = (f"error.{code}.{what}" for code in codes for what in ("status", "message"))

    def hook(reply: WireReply, _about: Circumstances) -> WireReply:
        denied = reply.status >= _CLIENT and json.loads(reply.body).get("Code") in codes
        return WireReply(429, (("Content-Type", "text/plain"),), b"Too Many Requests") if denied else reply

    return Fault(
        "throttling-by-proxy",
        "Too many requests are refused by a proxy, in plain text.",
        (*aspects, "wire.json", "wire.contenttype"),
        reply=hook,
    )


def _shifted(provoked: Provoked, rows: list[ErrorRow]) -> Fault:
    """The row below answers, as after an insertion that moved all others."""
    others = {row.code: _neighbour(row, rows) for row in rows}

    def hook(refusal: Refusal, _about: Circumstances) -> Refusal:
        return _like(refusal, others[refusal.code]) if refusal.code in others else refusal

    return Fault(
        f"error-{provoked}-shifted",
        f"{', '.join(others)}: each is answered with the next one.",
        tuple(f"error.{code}.{what}" for code in others for what in ("status", "message")),
        refusal=hook,
    )


def _mistaken(contract: Contract, row: ErrorRow, other: ErrorRow) -> Fault:
    return Fault(
        _name(row, "mistaken"),
        f"{other.code} answers in place of {row.code}.",
        (f"error.{row.code}.status", f"error.{row.code}.message", *_depending(contract, row, other.code)),
        refusal=_where(row, lambda refusal: _like(refusal, other)),
    )


def _where(row: ErrorRow, change: _Change) -> Hook[Refusal]:
    def hook(refusal: Refusal, _about: Circumstances) -> Refusal:
        return change(refusal) if refusal.code == row.code else refusal

    return hook


def _depending(contract: Contract, row: ErrorRow, other: str) -> Iterator[str]:
    """The requirements whose violation the row answers, and which the other code does not satisfy."""
    for requirement, violation in _violations(contract):
        options = contract.refusals(violation)
        if options[0].code == row.code and not any(one.code == other for one in options):
            yield requirement
    if row.provoked is Provoked.RATE:
        yield "throttling.above"


def _violations(contract: Contract) -> Iterator[tuple[str, Violation]]:
    """Requirements with the violation that they refuse."""
    for parameter in contract.parameters:
        for keyword in (*parameter.constraints(), KNOWN):
            requirement = f"{parameter.key}.{keyword.lower()}"
            if requirement in contract.requirements:
                yield requirement, Violation(parameter.name, keyword)
    yield from (("request.combined", one) for one in _first_of_two(contract))
    yield "window.maximum", Violation(WINDOW, "maximum")
    yield "action.unknown", Violation(ACTION, "unknown")
    yield "action.missing", Violation(ACTION, "missing")
    yield "silence.case", Violation(ACTION, "unknown")
    yield "version.unknown", Violation(VERSION, "unknown")
    yield "authentication.permission", Violation(AUTHENTICATION, "permission")


def _first_of_two(contract: Contract) -> Iterator[Violation]:
    """What is noticed first where two neighbouring parameters are wrong; the last one is never the first."""
    for parameter in contract.parameters[:-1]:
        rules = ((keyword, f"{parameter.key}.{keyword.lower()}") for keyword in parameter.constraints())
        found = (keyword for keyword, name in rules if keyword != "required" and _binding(contract, name))
        yield from (Violation(parameter.name, keyword) for keyword in list(found)[:1])


def _binding(contract: Contract, name: str) -> bool:
    return name in contract.requirements and contract.requirements[name].level is Level.MUST
