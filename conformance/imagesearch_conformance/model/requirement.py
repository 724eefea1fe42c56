"""What the page demands, one testable statement at a time, and how we read what it leaves open."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class Level(StrEnum):
    """How binding a requirement is, in the sense of RFC 2119."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"

    @property
    def weight(self) -> int:
        """Greater is more binding."""
        return {"must": 2, "should": 1, "may": 0}[self.value]

    def is_at_least(self, threshold: Level) -> bool:
        """Whether this level is at least as binding as the threshold."""
        return self.weight >= threshold.weight


class JudgedBy(StrEnum):
    """When a requirement is judged."""

    CASE = "case"  #: by cases made for it
    RESPONSE = "reply"  #: on every reply that shows the thing it speaks of
    RUN = "run"  #: once, over all exchanges of a run
    NEVER = "never"  #: not by an endpoint run; the register gives the reason


@frozen
class Requirement:
    """One testable statement with its level, area and source.

    `place` names the entry in the register (a family gives several requirements one) and `pointer` what
    holds the constraint, both in `spec/` (`file#/json/pointer`). `needs` is the capability a target has
    to claim, `reason` why it is never judged, `approximate` the level for a target whose engine is
    approximate, where that is another, `tolerance` what is not held against a target.
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
    """Our recorded reading of a statement that is ambiguous, contradicted or missing."""

    id: str
    documentation: str
    evidence: str
    accepted: str


@frozen
class Statement:
    """One heading, row, bullet, note or sample of the page, and what became of it."""

    where: str
    text: str
    requirements: tuple[str, ...] = ()
    interpretations: tuple[str, ...] = ()
    informative: str | None = None
