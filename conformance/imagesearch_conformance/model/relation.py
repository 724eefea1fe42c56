"""The properties that tie the exchanges of one case together, or to what was asked."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """What has to hold over the replies of a case, besides each being acceptable."""

    SAME_ENTRIES = "same-entries"  #: both replies list the same images
    SAME_RESPONSE = "same-reply"  #: both replies say the same, apart from what varies by its nature
    SAME_SCORES = "same-scores"  #: entries that both replies list have the same score in both
    NO_ENTRIES = "no-entries"  #: a success lists no image
    FINDS_ITSELF = "finds-itself"  #: the image searched with is among the entries, and no other is its equal
    DISTINGUISHABLE = "told-apart"  #: two images are not answered for as if they were one
    WITHIN_WINDOW = "within-window"  #: no entry lies beyond the reach of a search
    FULL_PAGE = "full"  #: a page has as many entries as were asked for while there are more behind it
    CONSISTENT_PAGES = "coherent"  #: pages that follow each other list nothing twice, and fit a page across them
    SLICES = "slices"  #: each page is the part of the longest pages that its Start and Num name
    SAME_COUNTERS = "same-counters"  #: at least one counter is the same in every reply
    EMPTY_BEYOND = "empty-beyond"  #: a page beyond the entries counted before is empty
    TOTAL_COUNT = "total"  #: where all that matches is listed, the counters say so
    FILTERED = "filtered"  #: each filtered list has the entries that satisfy its one condition
    MISSING_ATTRIBUTES = "absent-alike"  #: entries that lack an attribute are treated alike by all filters
    COMBINED = "combined"  #: a combination lists what the lists of its conditions make
    PARTITIONED = "partitioned"  #: a condition and its opposite share nothing and leave nothing out
    THRESHOLD = "threshold"  #: the last page is the whole list without what lies below the threshold
    THRESHOLD_INCLUSIVE = "threshold-inclusive"  #: the same, and what equals the threshold is still there
    DISTINCT_COMPLETE = "distinct-complete"  #: the last page has every product of the first one
    DISTINCT_BEST = "distinct-best"  #: the last page has the best entry of each product
    LAST_REJECTED = "last-refused"  #: the first requests succeed, the last is refused
    RATE_LIMITED_BURST = "refused-in-burst"  #: within a burst at least one request is refused


#: Relations between replies of different moments, which changing data may break as well.
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
