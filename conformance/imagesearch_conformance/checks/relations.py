"""The properties that tie the replies of a case together, or to what was asked: one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from imagesearch_conformance.checks import algebra, filtering, narrowing, pages, repeats
from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.relation import Relation


def check_relation(views: Sequence[View]) -> Iterator[Remark]:
    """Remarks on the relation of a case; none where a reply it needs is no success."""
    relation = views[0].case.relation
    if relation is not None and relation in _RELATIONS:
        yield from _RELATIONS[relation](views)


def _no_entries(views: Sequence[View]) -> Iterator[Remark]:
    *_, view = views
    if not pages.readable(views):
        return
    if found := pages.images(view):
        message = "entries were found for an image that is not stored"
        yield from view.all_departed(message, ("no entries",), pages.shown(found))
    else:
        yield from view.all_held()


def _finds_itself(views: Sequence[View]) -> Iterator[Remark]:
    """The image searched with is among the entries of its search.

    One that another is found for in its place, as its equal, was taken for that; one that is missing
    among lesser ones may stand in another category than the one predicted.
    """
    *_, view = views
    if not pages.readable(views) or not all(map(pages.named, views)):
        return
    asked, entries = pages.searched_with(view), entries_of(view.contract, view.reading)
    found = [one.image for one in entries]
    full_of_equals = len(found) == pages.asked_for(view) and len({one.score for one in entries}) == 1
    if asked in found:
        yield from view.all_held()
    elif not found or (entries[0].score == _highest(view.contract) and not full_of_equals):
        expected = (pages.shown([asked]),)
        yield from view.all_departed("the image does not find itself", expected, pages.shown(found))


def _highest(contract: Contract) -> float | None:
    """The Score of an identical image: the upper end of its range."""
    ranges = (one for field in contract.success_fields if field.path[-1] == "Score" for one in field.constraints)
    return next((one.keywords["maximum"] for one in ranges if "maximum" in one.keywords), None)


def _told_apart(views: Sequence[View]) -> Iterator[Remark]:
    """Two images are not answered for with the very same entries, of which one image is none."""
    *_, view = views
    if not pages.readable(views) or not all(map(pages.named, views)):
        return
    first, last = ([(one.image, one.score) for one in entries_of(view.contract, view.reading)] for view in views)
    scores = {score for _, score in (*first, *last)}
    if not first or not last or None in scores or len(scores) == 1:
        # Images that all score alike may be the same picture under many names.
        return
    absent = next((view for view in views if pages.searched_with(view) not in pages.images(view)), None)
    if first == last and absent is not None:
        expected = (pages.shown([pages.searched_with(absent)]),)
        message = "the image is answered for as if it were the other one"
        yield from absent.all_departed(message, expected, pages.shown(pages.images(absent)))
    else:
        yield from view.all_held()


def _within_window(views: Sequence[View]) -> Iterator[Remark]:
    *_, view = views
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
    Relation.SAME_SCORES: repeats.same_scores,
    Relation.NO_ENTRIES: _no_entries,
    Relation.FINDS_ITSELF: _finds_itself,
    Relation.TOLD_APART: _told_apart,
    Relation.WITHIN_WINDOW: _within_window,
    Relation.FULL: pages.full,
    Relation.COHERENT: pages.coherent,
    Relation.SLICES: pages.slices,
    Relation.SAME_COUNTERS: pages.same_counters,
    Relation.TOTAL: pages.total,
    Relation.EMPTY_BEYOND: pages.empty_beyond,
    Relation.FILTERED: filtering.filtered,
    Relation.ABSENT_ALIKE: filtering.absent_alike,
    Relation.COMBINED: algebra.combined,
    Relation.PARTITIONED: algebra.partitioned,
    Relation.THRESHOLD: narrowing.above_threshold,
    Relation.THRESHOLD_INCLUSIVE: narrowing.not_below_threshold,
    Relation.DISTINCT_COMPLETE: narrowing.distinct_complete,
    Relation.DISTINCT_BEST: narrowing.distinct_best,
}
