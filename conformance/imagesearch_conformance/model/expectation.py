"""The acceptable outcomes of a request."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from attrs import frozen


class Grade(StrEnum):
    """The authority of an acceptable outcome."""

    DOCUMENTED = "documented"  #: the source of the requirement names it
    TOLERATED = "tolerated"  #: seen on real gateways or in later revisions


@frozen
class Acceptance:
    """An acceptable outcome: a status and an error code, or a success if the code is None."""

    status: int
    code: str | None
    grade: Grade
    reason: str

    def __str__(self) -> str:
        name = "success" if self.code is None else self.code
        return f"{self.status} {name} ({self.grade})"


@frozen
class Expectation:
    """A set of acceptable outcomes; their order matters for display only."""

    acceptances: tuple[Acceptance, ...]

    @classmethod
    def from_acceptances(cls, *acceptances: Acceptance) -> Self:
        """Create an expectation with each outcome once, at its best grade, documented ones first."""
        best: dict[tuple[int, str | None], Acceptance] = {}
        for acceptance in sorted(acceptances, key=lambda acceptance: acceptance.grade is Grade.TOLERATED):
            best.setdefault((acceptance.status, acceptance.code), acceptance)
        return cls(tuple(best.values()))

    @property
    def success(self) -> Acceptance | None:
        """The acceptance of a success, or None."""
        return next((acceptance for acceptance in self.acceptances if acceptance.code is None), None)

    def errors_with_code(self, code: str) -> tuple[Acceptance, ...]:
        return tuple(acceptance for acceptance in self.acceptances if acceptance.code == code)

    def to_strings(self) -> list[str]:
        return [str(acceptance) for acceptance in self.acceptances]
