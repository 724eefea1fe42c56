"""Findings of a verification: differences between a report and its evidence, and what cannot be judged again."""

from __future__ import annotations

from typing import Any

from attrs import frozen


@frozen
class Difference:
    """One reported value that differs from the expected one."""

    file: str
    where: str
    reported: Any
    expected: Any

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: expected {self.expected}, got {self.reported}"


@frozen
class Unverifiable:
    """Something that cannot be judged again, and the reason."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@frozen
class VerificationFindings:
    """All findings of a verification; `notes` are for people only."""

    differences: tuple[Difference, ...] = ()
    unverifiable: tuple[Unverifiable, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: VerificationFindings) -> VerificationFindings:
        return VerificationFindings(
            self.differences + other.differences, self.unverifiable + other.unverifiable, self.notes + other.notes
        )
