"""Known deviations, and their results in a run."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from attrs import frozen


class DeviationState(StrEnum):
    """The result of a known deviation in one run."""

    APPLIED = "applied"  #: the requirement was violated, and the violation does not fail the run
    EXPIRED = "expired"  #: the deviation expired before the run began
    RESOLVED = "gone"  #: all cases that could show the violation ran, and none did
    UNDETERMINED = "untold"  #: no violation, but not all cases that could show it ran
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
