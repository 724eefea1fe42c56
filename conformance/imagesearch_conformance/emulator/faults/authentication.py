"""Defects of authentication, of naming the operation, and of flow control."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from imagesearch_conformance.contract.contract import ACTION, AUTHENTICATION, VERSION
from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import violation_matcher
from imagesearch_conformance.emulator.faults.requirement_sets import ERROR_MESSAGES, ERROR_STATUSES, SIGNATURES
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest


def _unchecked_defect_fault(name: str, description: str, defect: str, *also_violates: str) -> Fault:
    return Fault(
        name,
        description,
        (f"authentication.{defect}", *also_violates),
        ignores_violation=violation_matcher(AUTHENTICATION, defect),
    )


def _drop_query(request: WireRequest, _context: FaultContext) -> WireRequest:
    return request.with_query("") if request.body and request.header("authorization") else request


def _drop_fault_header(request: WireRequest, _context: FaultContext) -> WireRequest:
    kept = tuple((name, value) for name, value in request.headers if name.lower() != FAULT_HEADER.lower())
    return evolve(request, headers=kept)


def _is_signature_violation(violation: Violation) -> bool:
    return violation.parameter == AUTHENTICATION


_is_content_violation = violation_matcher(AUTHENTICATION, "body", "impostor", "unsigned-header", "token")


FAULTS = (
    _unchecked_defect_fault("unsigned-accepted", "A request without a signature is accepted.", "unsigned"),
    # Whoever does not compare signatures notices no change of what they cover either.
    _unchecked_defect_fault(
        "wrong-secret-accepted", "A signature made with a wrong secret is accepted.", "impostor", "authentication.query"
    ),
    _unchecked_defect_fault("tampered-body-accepted", "A body changed after signing is accepted.", "body"),
    Fault(
        "tampered-query-accepted",
        "The query takes no part in the signature.",
        ("authentication.query",),
        request=_drop_query,
    ),
    _unchecked_defect_fault("expired-accepted", "A date of signing long ago is accepted.", "expired"),
    _unchecked_defect_fault("replay-accepted", "A nonce may be used again.", "replay"),
    _unchecked_defect_fault("permission-ignored", "A key without the permission may search.", "permission"),
    Fault(
        "clock-strict",
        "The tolerance of the clock is a few minutes.",
        ("authentication.skew",),
        tolerance=lambda tolerance: tolerance / 5,
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
        ignores_violation=violation_matcher(ACTION, "unknown"),
    ),
    Fault(
        "action-missing-accepted",
        "The operation need not be named.",
        ("action.missing",),
        ignores_violation=violation_matcher(ACTION, "missing"),
    ),
    Fault(
        "version-unknown-accepted",
        "Any version is accepted.",
        ("version.unknown",),
        ignores_violation=violation_matcher(VERSION, "unknown"),
    ),
    Fault(
        "fault-header-ignored",
        "The fault header has no effect.",
        (*ERROR_STATUSES, *ERROR_MESSAGES),
        request=_drop_fault_header,
    ),
    Fault(
        "throttling-absent",
        "No rate is ever refused.",
        ("throttling.above",),
        settings=lambda settings: evolve(settings, qps=None),
    ),
    Fault(
        "throttling-early",
        "Half the rate allowed is refused already.",
        ("throttling.below",),
        settings=lambda settings: evolve(settings, qps=None if settings.qps is None else settings.qps / 2),
    ),
    Fault(
        "throttling-lax",
        "Ten times the rate is allowed.",
        ("throttling.above",),
        settings=lambda settings: evolve(settings, qps=None if settings.qps is None else settings.qps * 10),
    ),
    Fault(
        "authentication-absent",
        "Nothing about a signature is checked.",
        (*SIGNATURES, "authentication.permission"),
        ignores_violation=_is_signature_violation,
    ),
    Fault(
        "signature-unverified",
        "A signature has to be there and is not verified.",
        ("authentication.impostor", "authentication.body", "authentication.query", "authentication.unsigned-header"),
        ignores_violation=_is_content_violation,
    ),
    Fault(
        "dates-unchecked",
        "The date of signing is not looked at.",
        ("authentication.expired", "authentication.future", "authentication.malformed"),
        ignores_violation=violation_matcher(AUTHENTICATION, "expired", "future", "malformed"),
    ),
    Fault(
        "path-as-action",
        "The operation is taken for granted.",
        ("action.unknown", "action.missing"),
        ignores_violation=violation_matcher(ACTION, "unknown", "missing"),
    ),
)
