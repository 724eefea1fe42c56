"""Which entries a filtered list holds, leaves out, or does not let one tell of."""

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

#: Scores of different replies are compared with this to spare: engines reckon with few digits.
_SCORE_TOLERANCE = 1e-3


@frozen
class FilteredList:
    """One filtered list from the top of a ranking, as far as a single page shows it.

    `behind` is the highest score that an entry behind a full page may have, `whole` that there is
    nothing behind it: neither is the page full, nor does a counter speak of more. `comparable` says
    that its scores are those of the other replies.
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
        return frozenset(one.image for one in self.entries)

    @max_hidden_score.default
    def _compute_max_hidden_score(self) -> float:
        scores = [math.inf if one.score is None else one.score for one in self.entries]
        descending = all(one >= other for one, other in pairwise(scores))
        return scores[-1] if scores and descending and self.has_comparable_scores else math.inf

    @is_complete.default
    def _compute_is_complete(self) -> bool:
        fewer = len(self.entries) < page_size(self.context)
        return fewer and all(one is None or one <= len(self.entries) for one in self.context.response.counters)

    def contains(self, entry: Entry) -> bool | None:
        """Whether the list has the entry; None where it may lie behind the page.

        Entries of equal score may come in any order, so those that score as the last one are not told of.
        """
        if entry.image in self.images:
            return True
        if self.is_complete:
            return False
        return None if entry.score is None or entry.score <= self.max_hidden_score + _SCORE_TOLERANCE else False


def filtered_lists(contexts: Sequence[CheckContext]) -> list[FilteredList]:
    """The lists of the views that carry a filter of the language, in their order."""
    found, scores = [], {one.image: one.score for one in unfiltered_entries(contexts)}
    for view in contexts:
        text = view.filter
        condition = None if text is None else view.contract.filter_rules.parse_leniently(text)
        if text is not None and condition is not None:
            entries = parse_entries(view.contract, view.response)
            found.append(FilteredList(view, text, condition, entries, _has_same_scores(entries, scores)))
    return found


def _has_same_scores(entries: Sequence[Entry], scores: Mapping[Image, float | None]) -> bool:
    """Whether entries that the whole ranking lists as well have the same scores there."""
    pairs = ((one.score, scores.get(one.image)) for one in entries)
    return all(one is None or other is None or abs(one - other) <= _SCORE_TOLERANCE for one, other in pairs)


def unfiltered_entries(contexts: Sequence[CheckContext]) -> list[Entry]:
    """The entries of the views without a filter."""
    plain = [view for view in contexts if view.filter is None]
    return [entry for view in plain for entry in parse_entries(view.contract, view.response)]


def all_entries(contexts: Sequence[CheckContext], lists: Iterable[FilteredList]) -> list[Entry]:
    """Every entry that any of the replies shows, once, and as the ranking shows it where it does."""
    shown = [*unfiltered_entries(contexts), *(entry for one in lists for entry in one.entries)]
    return list({entry.image: entry for entry in reversed(shown)}.values())[::-1]


def expected_membership(
    condition: Condition, entries: Sequence[Entry], lists: Sequence[FilteredList]
) -> list[bool | None]:
    """Whether a combination holds each entry, told from the lists of its parts; None where they do not tell."""
    if isinstance(condition, AttributeCondition):
        own = next((one for one in lists if one.condition == condition), None)
        return [None if own is None else own.contains(entry) for entry in entries]
    sides = zip(*(expected_membership(side, entries, lists) for side in (condition.left, condition.right)), strict=True)
    deciding = not isinstance(condition, ConjunctionNode)
    return [deciding if deciding in both else None if None in both else not deciding for both in sides]
