"""A departure that the user knows of, and what a run has to say about it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from attrs import frozen


class DeviationState(StrEnum):
    """What became of a deviation in one run."""

    APPLIED = "applied"  #: the requirement was departed from, and that fails nothing
    EXPIRED = "expired"  #: its last day was over when the run began
    RESOLVED = "resolved"  #: whatever could have shown it was looked at, and nothing departed
    UNDETERMINED = "undetermined"  #: nothing departed, and not everything that could have shown it was looked at
    NOT_SELECTED = "notSelected"  #: this run was not about the requirement

    @property
    def is_failure(self) -> bool:
        """Whether the file has to be changed, or the target."""
        return self in {DeviationState.EXPIRED, DeviationState.RESOLVED}


@frozen
class Deviation:
    """A known, reasoned, dated departure of one target; `expires` is the last day (UTC) on which it holds."""

    requirement: str
    reason: str
    link: str
    expires: date

    def is_valid_on(self, day: date) -> bool:
        """Whether it is accepted on a day."""
        return day <= self.expires


@frozen
class DeviationResult:
    """What became of a deviation, with the reason for people, and what they may have to do."""

    deviation: Deviation
    state: DeviationState
    explanation: str
