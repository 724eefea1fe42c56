"""What went wrong in ourselves, told as the reason why something could not be judged."""

from __future__ import annotations

#: How such a reason begins.
_PREFIX = "a fault of this suite"


def internal_error_reason(problem: Exception) -> str:
    """The reason that an exception makes which nobody foresaw."""
    return prefix_internal(f"{type(problem).__name__}: {problem}")


def prefix_internal(message: object) -> str:
    """A reason that says of itself that it is ours."""
    return f"{_PREFIX}: {message}"


def is_internal_error(reason: str) -> bool:
    """Whether a reason says that the fault is ours."""
    return reason.startswith(_PREFIX)
