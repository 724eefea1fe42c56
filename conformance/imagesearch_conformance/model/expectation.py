"""The acceptable outcomes of requests, and relations between responses."""

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


class Relation(StrEnum):
    """A property of the responses of a case, besides each being acceptable."""

    SAME_ENTRIES = "same-entries"  #: both responses list the same images
    SAME_RESPONSE = "same-reply"  #: both responses are equal except for fields that may vary
    SAME_SCORES = "same-scores"  #: entries that both responses list have the same score in both
    NO_ENTRIES = "no-entries"  #: a success has no entries
    FINDS_ITSELF = "finds-itself"  #: the image of the request is among the entries, and no other is as similar
    DISTINGUISHABLE = "told-apart"  #: the responses for two images differ
    WITHIN_WINDOW = "within-window"  #: no entry is beyond the window of a search
    FULL_PAGE = "full"  #: a page has as many entries as requested if more follow
    CONSISTENT_PAGES = "coherent"  #: consecutive pages have no entry twice, and agree with a page that overlaps them
    SLICES = "slices"  #: each page is the slice of the longest pages that its Start and Num select
    SAME_COUNTERS = "same-counters"  #: at least one counter is the same in every response
    EMPTY_BEYOND = "empty-beyond"  #: a page beyond the number of entries counted before is empty
    TOTAL_COUNT = "total"  #: if all matching entries are listed, a counter equals their number
    FILTERED = "filtered"  #: each filtered list has the entries that satisfy its condition
    MISSING_ATTRIBUTES = "absent-alike"  #: all filters treat entries without the attribute alike
    COMBINED = "combined"  #: the list of a combination follows from the lists of its conditions
    PARTITIONED = "partitioned"  #: a condition and its opposite share no entry and omit none
    THRESHOLD = "threshold"  #: the last page is the whole list without entries below the threshold
    THRESHOLD_INCLUSIVE = "threshold-inclusive"  #: the same, and entries at the threshold remain
    DISTINCT_COMPLETE = "distinct-complete"  #: the last page has every product of the first page
    DISTINCT_BEST = "distinct-best"  #: the last page has the best entry of each product
    LAST_REJECTED = "last-refused"  #: the first requests succeed, the last gets an error
    RATE_LIMITED_BURST = "refused-in-burst"  #: at least one request of a burst is rate-limited


#: Relations between responses of different times, which changing data can break too.
DATA_SENSITIVE_RELATIONS = frozenset(
    {
        Relation.SAME_ENTRIES,
        Relation.SAME_RESPONSE,
        Relation.SAME_SCORES,
        Relation.CONSISTENT_PAGES,
        Relation.FINDS_ITSELF,
        Relation.DISTINGUISHABLE,
        Relation.FULL_PAGE,
        Relation.SLICES,
        Relation.SAME_COUNTERS,
        Relation.TOTAL_COUNT,
        Relation.EMPTY_BEYOND,
        Relation.FILTERED,
        Relation.MISSING_ATTRIBUTES,
        Relation.COMBINED,
        Relation.PARTITIONED,
        Relation.THRESHOLD,
        Relation.THRESHOLD_INCLUSIVE,
        Relation.DISTINCT_COMPLETE,
        Relation.DISTINCT_BEST,
    }
)
