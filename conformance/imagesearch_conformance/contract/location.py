"""Where the shipped contract lies."""

from __future__ import annotations

from pathlib import Path

#: The package itself: in a wheel the contract is inside it, in a checkout beside `conformance/`.
_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_spec() -> Path:
    """The directory of the contract that came with this installation."""
    inside = _PACKAGE / "spec"
    return inside if inside.is_dir() else _PACKAGE.parent.parent / "spec"
