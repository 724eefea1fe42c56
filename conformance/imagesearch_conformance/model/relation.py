"""The properties that tie the exchanges of one case together, or to what was asked."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """What has to hold over the replies of a case, besides each being acceptable."""

    SAME_ENTRIES = "same-entries"  #: both replies list the same images
    NO_ENTRIES = "no-entries"  #: a success lists no image
    FINDS_ITSELF = "finds-itself"  #: each image searched with is among the entries of its search
    WITHIN_WINDOW = "within-window"  #: no entry lies beyond the reach of a search
    FULL = "full"  #: there are as many entries as were asked for
    SLICES = "slices"  #: each page is the part of the longest pages that its Start and Num name
    SAME_COUNTERS = "same-counters"  #: at least one counter is the same in every reply
    EMPTY_BEYOND = "empty-beyond"  #: a page beyond the entries counted before is empty
    FILTERED = "filtered"  #: each filtered list is the unfiltered one, filtered
    THRESHOLD = "threshold"  #: the last page is the whole list without what lies below the threshold
    THRESHOLD_INCLUSIVE = "threshold-inclusive"  #: the same, and what equals the threshold is still there
    DISTINCT_COMPLETE = "distinct-complete"  #: the last page has every product of the first one
    DISTINCT_BEST = "distinct-best"  #: the last page has the best entry of each product
    LAST_REFUSED = "last-refused"  #: the first requests succeed, the last is refused
    REFUSED_IN_BURST = "refused-in-burst"  #: within a burst at least one request is refused
