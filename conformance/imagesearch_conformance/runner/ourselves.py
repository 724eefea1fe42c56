"""What went wrong in ourselves, told as the reason why something could not be judged."""

from __future__ import annotations

#: How such a reason begins.
_FAULT = "a fault of this suite"


def our_fault(problem: Exception) -> str:
    """The reason that an exception makes which nobody foresaw."""
    return our_own(f"{type(problem).__name__}: {problem}")


def our_own(words: object) -> str:
    """A reason that says of itself that it is ours."""
    return f"{_FAULT}: {words}"


def is_ours(reason: str) -> bool:
    """Whether a reason says that the fault is ours."""
    return reason.startswith(_FAULT)
