"""Defects of authentication, of naming the operation, and of flow control."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from imagesearch_conformance.contract.contract import ACTION, AUTHENTICATION, VERSION
from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import breaking
from imagesearch_conformance.emulator.faults.effects import MESSAGES, SIGNATURES, STATUSES
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest


def _accepting(name: str, description: str, wrong: str, *also: str) -> Fault:
    return Fault(name, description, (f"authentication.{wrong}", *also), overlooks=breaking(AUTHENTICATION, wrong))


def _without_query(request: WireRequest, _about: Circumstances) -> WireRequest:
    return request.with_query("") if request.body and request.header("authorization") else request


def _without_fault_header(request: WireRequest, _about: Circumstances) -> WireRequest:
    kept = tuple((name, value) for name, value in request.headers if name.lower() != FAULT_HEADER.lower())
    return evolve(request, headers=kept)


def _of_signature(violation: Violation) -> bool:
    return violation.parameter == AUTHENTICATION


_of_content = breaking(AUTHENTICATION, "body", "impostor", "unsigned-header", "token")


FAULTS = (
    _accepting("unsigned-accepted", "A request without a signature is accepted.", "unsigned"),
    # Whoever does not compare signatures notices no change of what they cover either.
    _accepting(
        "wrong-secret-accepted", "A signature made with a wrong secret is accepted.", "impostor", "authentication.query"
    ),
    _accepting("tampered-body-accepted", "A body changed after signing is accepted.", "body"),
    Fault(
        "tampered-query-accepted",
        "The query takes no part in the signature.",
        ("authentication.query",),
        received=_without_query,
    ),
    _accepting("expired-accepted", "A date of signing long ago is accepted.", "expired"),
    _accepting("replay-accepted", "A nonce may be used again.", "replay"),
    _accepting("permission-ignored", "A key without the permission may search.", "permission"),
    Fault(
        "clock-strict",
        "The tolerance of the clock is a few minutes.",
        ("authentication.skew",),
        tolerance=lambda given: given / 5,
    ),
    Fault(
        "clock-lax",
        "The tolerance of the clock is a day.",
        ("authentication.expired", "authentication.future"),
        tolerance=lambda _: timedelta(days=1),
    ),
    Fault(
        "action-unknown-accepted",
        "Any operation name is accepted.",
        ("action.unknown",),
        overlooks=breaking(ACTION, "unknown"),
    ),
    Fault(
        "action-missing-accepted",
        "The operation need not be named.",
        ("action.missing",),
        overlooks=breaking(ACTION, "missing"),
    ),
    Fault(
        "version-unknown-accepted",
        "Any version is accepted.",
        ("version.unknown",),
        overlooks=breaking(VERSION, "unknown"),
    ),
    Fault(
        "fault-header-ignored",
        "The fault header has no effect.",
        (*STATUSES, *MESSAGES),
        received=_without_fault_header,
    ),
    Fault(
        "throttling-absent",
        "No rate is ever refused.",
        ("throttling.above",),
        settings=lambda given: evolve(given, qps=None),
    ),
    Fault(
        "throttling-early",
        "Half the rate allowed is refused already.",
        ("throttling.below",),
        settings=lambda given: evolve(given, qps=None if given.qps is None else given.qps / 2),
    ),
    Fault(
        "throttling-lax",
        "Ten times the rate is allowed.",
        ("throttling.above",),
        settings=lambda given: evolve(given, qps=None if given.qps is None else given.qps * 10),
    ),
    Fault(
        "authentication-absent",
        "Nothing about a signature is checked.",
        (*SIGNATURES, "authentication.permission"),
        overlooks=_of_signature,
    ),
    Fault(
        "signature-unverified",
        "A signature has to be there and is not verified.",
        ("authentication.impostor", "authentication.body", "authentication.query", "authentication.unsigned-header"),
        overlooks=_of_content,
    ),
    Fault(
        "dates-unchecked",
        "The date of signing is not looked at.",
        ("authentication.expired", "authentication.future", "authentication.malformed"),
        overlooks=breaking(AUTHENTICATION, "expired", "future", "malformed"),
    ),
    Fault(
        "path-as-action",
        "The operation is taken for granted.",
        ("action.unknown", "action.missing"),
        overlooks=breaking(ACTION, "unknown", "missing"),
    ),
)
