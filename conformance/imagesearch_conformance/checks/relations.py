"""The properties that tie the replies of a case together, or to what was asked: one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from imagesearch_conformance.checks import algebra, compound, filtering, narrowing, pages, repeats
from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.relation import Relation


def check_relation(views: Sequence[View]) -> Iterator[Remark]:
    """Remarks on the relation of a case; none where a reply it needs is no success."""
    relation = views[0].case.relation
    if relation is not None and relation in _RELATIONS:
        yield from _RELATIONS[relation](views)


def _no_entries(views: Sequence[View]) -> Iterator[Remark]:
    view = views[-1]
    if not pages.readable(views):
        return
    if found := pages.images(view):
        message = "entries were found for an image that is not stored"
        yield from view.all_departed(message, ("no entries",), pages.shown(found))
    else:
        yield from view.all_held()


def _finds_itself(views: Sequence[View]) -> Iterator[Remark]:
    """Each image searched with is among the entries of its own search."""
    for view in views if pages.readable(views) else ():
        asked, entries = pages.searched_with(view), entries_of(view.contract, view.reading)
        found = [one.image for one in entries]
        if asked in found:
            yield from view.all_held()
        elif len(found) < pages.asked_for(view) or len({one.score for one in entries}) > 1:
            # A whole page of equals says nothing: the image may well be the next of them.
            expected = (pages.shown([asked]),)
            yield from view.all_departed("the image does not find itself", expected, pages.shown(found))


def _within_window(views: Sequence[View]) -> Iterator[Remark]:
    view = views[-1]
    limit = view.contract.window.maximum
    if not pages.readable([view]):
        return
    room, found = max(0, limit - pages.start(view)), len(pages.images(view))
    if found <= room:
        yield from view.all_held()
    else:
        message = f"{found} entries from {pages.start(view)} on reach beyond {limit}"
        yield from view.all_departed(message, (f"at most {room}",), found)


_RELATIONS: Mapping[Relation, Callable[[Sequence[View]], Iterator[Remark]]] = {
    Relation.SAME_ENTRIES: repeats.same_entries,
    Relation.SAME_REPLY: repeats.same_reply,
    Relation.NO_ENTRIES: _no_entries,
    Relation.FINDS_ITSELF: _finds_itself,
    Relation.WITHIN_WINDOW: _within_window,
    Relation.FULL: pages.full,
    Relation.SLICES: pages.slices,
    Relation.SAME_COUNTERS: pages.same_counters,
    Relation.TOTAL: pages.total,
    Relation.EMPTY_BEYOND: pages.empty_beyond,
    Relation.FILTERED: compound.filtered,
    Relation.ABSENT_ALIKE: filtering.absent_alike,
    Relation.COMBINED: algebra.combined,
    Relation.PARTITIONED: algebra.partitioned,
    Relation.THRESHOLD: narrowing.above_threshold,
    Relation.THRESHOLD_INCLUSIVE: narrowing.not_below_threshold,
    Relation.DISTINCT_COMPLETE: narrowing.distinct_complete,
    Relation.DISTINCT_BEST: narrowing.distinct_best,
}
