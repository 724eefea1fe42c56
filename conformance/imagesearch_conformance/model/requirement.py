"""Requirements of the documentation, interpretations of unclear statements, and the index of all statements."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class Level(StrEnum):
    """The level of a requirement, in the sense of RFC 2119."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"

    @property
    def weight(self) -> int:
        return {"must": 2, "should": 1, "may": 0}[self.value]

    def is_at_least(self, threshold: Level) -> bool:
        return self.weight >= threshold.weight


class JudgedBy(StrEnum):
    """The occasion on which a requirement is judged."""

    CASE = "case"  #: the cases for it
    RESPONSE = "reply"  #: every response to which it applies
    RUN = "run"  #: all exchanges of a run together
    NEVER = "never"  #: none in an endpoint run; the register gives the reason


@frozen
class Requirement:
    """A testable statement with its level, area and source.

    `pointer` is the constraint and `register_pointer` the entry of the register (one entry for all members of a
    family), both as `file#/json/pointer` in `spec/`. `needs` is the capability that the target must claim, `reason` why
    the requirement is never judged, `approximate` its level for a target with an approximate engine if that differs,
    `tolerance` what is accepted besides.
    """

    id: str
    level: Level
    area: str
    statement: str
    source: str
    judged: JudgedBy
    pointer: str | None = None
    needs: str | None = None
    interpretation: str | None = None
    reason: str | None = None
    approximate: Level | None = None
    tolerance: str | None = None
    register_pointer: str | None = None


@frozen
class Interpretation:
    """Our reading of a statement that is ambiguous, contradicted or missing."""

    id: str
    documentation: str
    evidence: str
    accepted: str


@frozen
class Statement:
    """A heading, row, bullet, note or sample of the documentation, with the requirements it leads to."""

    where: str
    text: str
    requirements: tuple[str, ...] = ()
    interpretations: tuple[str, ...] = ()
    informative: str | None = None
