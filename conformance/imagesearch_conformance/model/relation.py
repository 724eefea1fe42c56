"""The properties that tie the exchanges of one case together, or to what was asked."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """What has to hold over the replies of a case, besides each being acceptable."""

    SAME_ENTRIES = "same-entries"  #: both replies list the same images
    NO_ENTRIES = "no-entries"  #: a success lists no image
    FINDS_ITSELF = "finds-itself"  #: the image searched with is among the entries
    WITHIN_WINDOW = "within-window"  #: no entry lies beyond the reach of a search
    LAST_REFUSED = "last-refused"  #: the first requests succeed, the last is refused
    REFUSED_IN_BURST = "refused-in-burst"  #: within a burst at least one request is refused
