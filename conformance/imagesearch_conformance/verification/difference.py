"""What was found out about a report: where it differs from what its evidence says, and what cannot be told."""

from __future__ import annotations

from typing import Any

from attrs import frozen


@frozen
class Difference:
    """One thing that is not what it has to be: in which file, where, and what it is on both sides."""

    file: str
    where: str
    reported: Any
    expected: Any

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: it says {self.reported}, and has to say {self.expected}"


@frozen
class Unverifiable:
    """One thing that cannot be judged again, and why."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@frozen
class VerificationFindings:
    """All that was found out; `notes` are remarks for people."""

    differences: tuple[Difference, ...] = ()
    unverifiable: tuple[Unverifiable, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: VerificationFindings) -> VerificationFindings:
        return VerificationFindings(
            self.differences + other.differences, self.unverifiable + other.unverifiable, self.notes + other.notes
        )
