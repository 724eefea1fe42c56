"""Reasons of cases that errored because of a bug in the suite."""

from __future__ import annotations

_PREFIX = "internal error"


def internal_error_reason(error: Exception) -> str:
    """Return the reason for an unforeseen exception."""
    return prefix_internal(f"{type(error).__name__}: {error}")


def prefix_internal(message: object) -> str:
    """Mark a reason as an internal error."""
    return f"{_PREFIX}: {message}"


def is_internal_error(reason: str) -> bool:
    """Return whether a reason names an internal error."""
    return reason.startswith(_PREFIX)
