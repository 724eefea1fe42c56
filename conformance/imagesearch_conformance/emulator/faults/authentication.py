"""Faults of authentication, of the action and version, and of the rate limit."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from imagesearch_conformance.contract.contract import ACTION, AUTHENTICATION, VERSION
from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import (
    ERROR_MESSAGES,
    ERROR_STATUSES,
    SIGNATURES,
    violation_matcher,
)
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
    headers = tuple((name, value) for name, value in request.headers if name.lower() != FAULT_HEADER.lower())
    return evolve(request, headers=headers)


def _is_signature_violation(violation: Violation) -> bool:
    return violation.parameter == AUTHENTICATION


_is_content_violation = violation_matcher(AUTHENTICATION, "body", "impostor", "unsigned-header", "token")


FAULTS = (
    _unchecked_defect_fault("unsigned-accepted", "Unsigned requests are accepted.", "unsigned"),
    # An endpoint that does not compare signatures does not notice a changed query either.
    _unchecked_defect_fault(
        "wrong-secret-accepted", "Signatures made with a wrong secret are accepted.", "impostor", "authentication.query"
    ),
    _unchecked_defect_fault("tampered-body-accepted", "A body changed after signing is accepted.", "body"),
    Fault(
        "tampered-query-accepted",
        "A query changed after signing is accepted.",
        ("authentication.query",),
        request=_drop_query,
    ),
    _unchecked_defect_fault("expired-accepted", "Expired signatures are accepted.", "expired"),
    _unchecked_defect_fault("replay-accepted", "A nonce is accepted more than once.", "replay"),
    _unchecked_defect_fault("permission-ignored", "A key without permission is accepted.", "permission"),
    Fault(
        "clock-strict",
        "The clock tolerance is a few minutes.",
        ("authentication.skew",),
        tolerance=lambda tolerance: tolerance / 5,
    ),
    Fault(
        "clock-lax",
        "The clock tolerance is one day.",
        ("authentication.expired", "authentication.future"),
        tolerance=lambda _: timedelta(days=1),
    ),
    Fault(
        "action-unknown-accepted",
        "Unknown actions are accepted.",
        ("action.unknown",),
        ignores_violation=violation_matcher(ACTION, "unknown"),
    ),
    Fault(
        "action-missing-accepted",
        "A missing action is accepted.",
        ("action.missing",),
        ignores_violation=violation_matcher(ACTION, "missing"),
    ),
    Fault(
        "version-unknown-accepted",
        "Unknown versions are accepted.",
        ("version.unknown",),
        ignores_violation=violation_matcher(VERSION, "unknown"),
    ),
    Fault(
        "fault-header-ignored",
        "The fault header is ignored.",
        (*ERROR_STATUSES, *ERROR_MESSAGES),
        request=_drop_fault_header,
    ),
    Fault(
        "throttling-absent",
        "There is no rate limit.",
        ("throttling.above",),
        settings=lambda settings: evolve(settings, qps=None),
    ),
    Fault(
        "throttling-early",
        "The rate limit is half the configured rate.",
        ("throttling.below",),
        settings=lambda settings: evolve(settings, qps=None if settings.qps is None else settings.qps / 2),
    ),
    Fault(
        "throttling-lax",
        "The rate limit is ten times the configured rate.",
        ("throttling.above",),
        settings=lambda settings: evolve(settings, qps=None if settings.qps is None else settings.qps * 10),
    ),
    Fault(
        "authentication-absent",
        "Signatures are not checked at all.",
        (*SIGNATURES, "authentication.permission"),
        ignores_violation=_is_signature_violation,
    ),
    Fault(
        "signature-unverified",
        "A signature is required but not verified.",
        ("authentication.impostor", "authentication.body", "authentication.query", "authentication.unsigned-header"),
        ignores_violation=_is_content_violation,
    ),
    Fault(
        "dates-unchecked",
        "The date of a signature is not checked.",
        ("authentication.expired", "authentication.future", "authentication.malformed"),
        ignores_violation=violation_matcher(AUTHENTICATION, "expired", "future", "malformed"),
    ),
    Fault(
        "path-as-action",
        "The action is not checked at all.",
        ("action.unknown", "action.missing"),
        ignores_violation=violation_matcher(ACTION, "unknown", "missing"),
    ),
)
