"""Filtered lists: which entries a list has, leaves out, or may have behind the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import field, frozen

from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.paging import page_size
from imagesearch_conformance.checks.result import CheckContext
from imagesearch_conformance.filters.ast import AttributeCondition, Condition, ConjunctionNode
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image

#: Scores of different responses may differ by this much: search engines compute with few digits.
_RESPONSE_SCORE_TOLERANCE = 1e-3


@frozen
class FilteredList:
    """A filtered list from the top of a ranking, as far as a single page shows it.

    `has_comparable_scores`: its scores are those of the other responses. `max_hidden_score`: the highest
    score that an entry behind a full page may have. `is_complete`: nothing is behind the page, because it is
    not full and no counter claims more.
    """

    context: CheckContext
    text: str
    condition: Condition
    entries: tuple[Entry, ...]
    has_comparable_scores: bool = True
    images: frozenset[Image] = field(init=False, repr=False)
    max_hidden_score: float = field(init=False)
    is_complete: bool = field(init=False)

    @images.default
    def _collect_images(self) -> frozenset[Image]:
        return frozenset(entry.image for entry in self.entries)

    @max_hidden_score.default
    def _compute_max_hidden_score(self) -> float:
        scores = [math.inf if entry.score is None else entry.score for entry in self.entries]
        is_descending = all(score >= following for score, following in pairwise(scores))
        return scores[-1] if scores and is_descending and self.has_comparable_scores else math.inf

    @is_complete.default
    def _compute_is_complete(self) -> bool:
        count = len(self.entries)
        return count < page_size(self.context) and all(
            counter is None or counter <= count for counter in self.context.response.counters
        )

    def contains(self, entry: Entry) -> bool | None:
        """Return whether the list has the entry; None if it may be behind the page.

        Entries of equal score may come in any order, so those that score like the last one are undetermined.
        """
        if entry.image in self.images:
            return True
        if self.is_complete:
            return False
        if entry.score is None or entry.score <= self.max_hidden_score + _RESPONSE_SCORE_TOLERANCE:
            return None
        return False


def filtered_lists(contexts: Sequence[CheckContext]) -> list[FilteredList]:
    """The lists of the requests that have a valid filter, in their order."""
    lists, scores = [], {entry.image: entry.score for entry in unfiltered_entries(contexts)}
    for context in contexts:
        text = context.filter
        condition = None if text is None else context.contract.filter_rules.parse_leniently(text)
        if text is not None and condition is not None:
            entries = parse_entries(context.contract, context.response)
            lists.append(FilteredList(context, text, condition, entries, _has_same_scores(entries, scores)))
    return lists


def _has_same_scores(entries: Sequence[Entry], scores: Mapping[Image, float | None]) -> bool:
    """Return whether entries that the unfiltered ranking lists too have the same scores there."""
    pairs = ((entry.score, scores.get(entry.image)) for entry in entries)
    return all(
        score is None or unfiltered is None or abs(score - unfiltered) <= _RESPONSE_SCORE_TOLERANCE
        for score, unfiltered in pairs
    )


def unfiltered_entries(contexts: Sequence[CheckContext]) -> list[Entry]:
    """The entries of the responses to requests without a filter."""
    unfiltered = [context for context in contexts if context.filter is None]
    return [entry for context in unfiltered for entry in parse_entries(context.contract, context.response)]


def all_entries(contexts: Sequence[CheckContext], lists: Iterable[FilteredList]) -> list[Entry]:
    """Every entry of any response, once; taken from the unfiltered ranking where that has it."""
    entries = [*unfiltered_entries(contexts), *(entry for item in lists for entry in item.entries)]
    return list({entry.image: entry for entry in reversed(entries)}.values())[::-1]


def expected_membership(
    condition: Condition, entries: Sequence[Entry], lists: Sequence[FilteredList]
) -> list[bool | None]:
    """Whether a combination lists each entry according to the lists of its parts; None if they do not determine it."""
    if isinstance(condition, AttributeCondition):
        own = next((item for item in lists if item.condition == condition), None)
        return [None if own is None else own.contains(entry) for entry in entries]
    sides = zip(*(expected_membership(side, entries, lists) for side in (condition.left, condition.right)), strict=True)
    deciding = not isinstance(condition, ConjunctionNode)
    return [deciding if deciding in both else None if None in both else not deciding for both in sides]
