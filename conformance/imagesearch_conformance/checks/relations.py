"""The properties that tie the replies of a case together, or to what was asked: one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from imagesearch_conformance.checks import narrowing, pages
from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.filtering import filtered
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Image


def check_relation(views: Sequence[View]) -> Iterator[Remark]:
    """Remarks on the relation of a case; none where a reply it needs is no success."""
    relation = views[0].case.relation
    if relation is not None and relation in _RELATIONS:
        yield from _RELATIONS[relation](views)


def _same_entries(views: Sequence[View]) -> Iterator[Remark]:
    first, last = views[0], views[-1]
    if pages.readable(views):
        expected, found = pages.images(first), pages.images(last)
        yield from last.concerning(
            found == expected, "the two replies list different images", (pages.shown(expected),), pages.shown(found)
        )


def _no_entries(views: Sequence[View]) -> Iterator[Remark]:
    if pages.readable(views):
        found = pages.images(views[-1])
        message = "entries were found for an image that is not stored"
        yield from views[-1].concerning(not found, message, ("no entries",), pages.shown(found))


def _finds_itself(views: Sequence[View]) -> Iterator[Remark]:
    """Each image searched with is among the entries of its own search."""
    if not pages.readable(views):
        return
    for view in views:
        product, picture = view.contract.image.parameters
        asked = Image(view.sent.value(product) or "", view.sent.value(picture) or "")
        entries = entries_of(view.contract, view.reading)
        found = [one.image for one in entries]
        if asked not in found and len(found) == pages.asked_for(view) and len({one.score for one in entries}) == 1:
            # A whole page of equals: the image may well be the next of them.
            continue
        yield from view.concerning(
            asked in found, "the image does not find itself", (pages.shown([asked]),), pages.shown(found)
        )


def _within_window(views: Sequence[View]) -> Iterator[Remark]:
    view = views[-1]
    limit = view.contract.window.maximum
    if pages.readable([view]):
        room, found = max(0, limit - pages.start(view)), len(pages.images(view))
        message = f"{found} entries from {pages.start(view)} on reach beyond {limit}"
        yield from view.concerning(found <= room, message, (f"at most {room}",), found)


_RELATIONS: Mapping[Relation, Callable[[Sequence[View]], Iterator[Remark]]] = {
    Relation.SAME_ENTRIES: _same_entries,
    Relation.NO_ENTRIES: _no_entries,
    Relation.FINDS_ITSELF: _finds_itself,
    Relation.WITHIN_WINDOW: _within_window,
    Relation.FULL: pages.full,
    Relation.SLICES: pages.slices,
    Relation.SAME_COUNTERS: pages.same_counters,
    Relation.EMPTY_BEYOND: pages.empty_beyond,
    Relation.FILTERED: filtered,
    Relation.THRESHOLD: narrowing.above_threshold,
    Relation.THRESHOLD_INCLUSIVE: narrowing.not_below_threshold,
    Relation.DISTINCT_COMPLETE: narrowing.distinct_complete,
    Relation.DISTINCT_BEST: narrowing.distinct_best,
}
