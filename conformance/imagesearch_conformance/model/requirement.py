"""Requirements of the documentation, interpretations, the index of statements, and known deviations."""

from __future__ import annotations

from datetime import date
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


class DeviationState(StrEnum):
    """The result of a known deviation in one run."""

    APPLIED = "applied"  #: the requirement was violated, and the violation does not fail the run
    EXPIRED = "expired"  #: the deviation expired before the run began
    RESOLVED = "resolved"  #: all cases that could show the violation ran, and none did
    UNDETERMINED = "undetermined"  #: no violation, but not all cases that could show it ran
    NOT_SELECTED = "notSelected"  #: the requirement was not selected

    @property
    def is_failure(self) -> bool:
        """Return whether the file of deviations, or the target, has to be changed."""
        return self in {DeviationState.EXPIRED, DeviationState.RESOLVED}


@frozen
class Deviation:
    """A known violation of one requirement by a target, accepted until the end of the day `expires` (UTC)."""

    requirement: str
    reason: str
    link: str
    expires: date

    def is_valid_on(self, day: date) -> bool:
        return day <= self.expires


@frozen
class DeviationResult:
    """The state of a deviation after a run, with an explanation that says what to do."""

    deviation: Deviation
    state: DeviationState
    explanation: str
