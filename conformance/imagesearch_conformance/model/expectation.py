"""Which replies to a request are acceptable, and at which grade."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from attrs import frozen


class Grade(StrEnum):
    """How well founded an acceptable outcome is."""

    DOCUMENTED = "documented"  #: the source of the requirement names it
    TOLERATED = "tolerated"  #: seen on real gateways or in later revisions


@frozen
class Acceptance:
    """One acceptable outcome: a status and a code, or success where the code is None."""

    status: int
    code: str | None
    grade: Grade
    reason: str

    def __str__(self) -> str:
        name = "success" if self.code is None else self.code
        return f"{self.status} {name} ({self.grade})"


@frozen
class Expectation:
    """A set of acceptable outcomes; order carries no meaning beyond display."""

    acceptances: tuple[Acceptance, ...]

    @classmethod
    def from_acceptances(cls, *acceptances: Acceptance) -> Self:
        """The expectation of exactly these, each once, the best grade first."""
        best: dict[tuple[int, str | None], Acceptance] = {}
        for one in sorted(acceptances, key=lambda one: one.grade is Grade.TOLERATED):
            best.setdefault((one.status, one.code), one)
        return cls(tuple(best.values()))

    @property
    def success(self) -> Acceptance | None:
        """The acceptance of a success reply, if it is one of the acceptable outcomes."""
        return next((one for one in self.acceptances if one.code is None), None)

    def errors_with_code(self, code: str) -> tuple[Acceptance, ...]:
        """The acceptable refusals that carry this code."""
        return tuple(one for one in self.acceptances if one.code == code)

    def to_strings(self) -> list[str]:
        """One readable line for each acceptable outcome."""
        return [str(one) for one in self.acceptances]
