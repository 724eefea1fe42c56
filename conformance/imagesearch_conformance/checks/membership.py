"""Which entries a filtered list holds, leaves out, or does not let one tell of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import field, frozen

from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.pages import asked_for
from imagesearch_conformance.checks.remark import View
from imagesearch_conformance.filters.conditions import Condition, Conjunction, Single
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image

#: Scores of different replies are compared with this to spare: engines reckon with few digits.
_SLACK = 1e-3


@frozen
class Listing:
    """One filtered list from the top of a ranking, as far as a single page shows it.

    `behind` is the highest score that an entry behind a full page may have, `whole` that there is
    nothing behind it: neither is the page full, nor does a counter speak of more. `comparable` says
    that its scores are those of the other replies.
    """

    view: View
    text: str
    condition: Condition
    entries: tuple[Entry, ...]
    comparable: bool = True
    images: frozenset[Image] = field(init=False, repr=False)
    behind: float = field(init=False)
    whole: bool = field(init=False)

    @images.default
    def _images(self) -> frozenset[Image]:
        return frozenset(one.image for one in self.entries)

    @behind.default
    def _highest_behind(self) -> float:
        scores = [math.inf if one.score is None else one.score for one in self.entries]
        descending = all(one >= other for one, other in pairwise(scores))
        return scores[-1] if scores and descending and self.comparable else math.inf

    @whole.default
    def _nothing_behind(self) -> bool:
        fewer = len(self.entries) < asked_for(self.view)
        return fewer and all(one is None or one <= len(self.entries) for one in self.view.reading.counters)

    def holds(self, entry: Entry) -> bool | None:
        """Whether the list has the entry; None where it may lie behind the page.

        Entries of equal score may come in any order, so those that score as the last one are not told of.
        """
        if entry.image in self.images:
            return True
        if self.whole:
            return False
        return None if entry.score is None or entry.score <= self.behind + _SLACK else False


def listings(views: Sequence[View]) -> list[Listing]:
    """The lists of the views that carry a filter of the language, in their order."""
    found, scores = [], {one.image: one.score for one in ranking(views)}
    for view in views:
        text = view.filter
        condition = None if text is None else view.contract.filters.read(text)
        if text is not None and condition is not None:
            entries = entries_of(view.contract, view.reading)
            found.append(Listing(view, text, condition, entries, _comparable(entries, scores)))
    return found


def _comparable(entries: Sequence[Entry], scores: Mapping[Image, float | None]) -> bool:
    """Whether entries that the whole ranking lists as well have the same scores there."""
    pairs = ((one.score, scores.get(one.image)) for one in entries)
    return all(one is None or other is None or abs(one - other) <= _SLACK for one, other in pairs)


def ranking(views: Sequence[View]) -> list[Entry]:
    """The entries of the views without a filter."""
    plain = [view for view in views if view.filter is None]
    return [entry for view in plain for entry in entries_of(view.contract, view.reading)]


def universe(views: Sequence[View], lists: Iterable[Listing]) -> list[Entry]:
    """Every entry that any of the replies shows, once, and as the ranking shows it where it does."""
    shown = [*ranking(views), *(entry for one in lists for entry in one.entries)]
    return list({entry.image: entry for entry in reversed(shown)}.values())[::-1]


def expected(condition: Condition, entries: Sequence[Entry], lists: Sequence[Listing]) -> list[bool | None]:
    """Whether a combination holds each entry, told from the lists of its parts; None where they do not tell."""
    if isinstance(condition, Single):
        own = next((one for one in lists if one.condition == condition), None)
        return [None if own is None else own.holds(entry) for entry in entries]
    sides = zip(*(expected(side, entries, lists) for side in (condition.left, condition.right)), strict=True)
    deciding = not isinstance(condition, Conjunction)
    return [deciding if deciding in both else None if None in both else not deciding for both in sides]
