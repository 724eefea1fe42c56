"""The location of the shipped contract."""

from __future__ import annotations

from pathlib import Path

#: The package: in a wheel it contains the contract; in a checkout the contract is beside `conformance/`.
_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_spec() -> Path:
    """Return the directory of the contract that this installation contains."""
    inside = _PACKAGE / "spec"
    return inside if inside.is_dir() else _PACKAGE.parent.parent / "spec"
