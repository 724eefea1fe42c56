"""The properties that tie the replies of a case together, or to what was asked: one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from imagesearch_conformance.checks import filter_algebra, filter_results, paging, repeatability, threshold_and_distinct
from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.expectation import Relation


def check_relation(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Remarks on the relation of a case; none where a reply it needs is no success."""
    relation = contexts[0].case.relation
    if relation is not None and relation in _RELATION_CHECKS:
        yield from _RELATION_CHECKS[relation](contexts)


def _check_no_entries(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    *_, view = contexts
    if not paging.are_readable(contexts):
        return
    if found := paging.listed_images(view):
        message = "entries were found for an image that is not stored"
        yield from view.fail_all(message, ("no entries",), paging.format_images(found))
    else:
        yield from view.pass_all()


def _check_finds_itself(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """The image searched with is among the entries of its search.

    One that another is found for in its place, as its equal, was taken for that; one that is missing
    among lesser ones may stand in another category than the one predicted.
    """
    *_, view = contexts
    if not paging.are_readable(contexts) or not all(map(paging.has_named_entries, contexts)):
        return
    asked, entries = paging.searched_image(view), parse_entries(view.contract, view.response)
    found = [one.image for one in entries]
    full_of_equals = len(found) == paging.page_size(view) and len({one.score for one in entries}) == 1
    if asked in found:
        yield from view.pass_all()
    elif not found or (entries[0].score == _max_score(view.contract) and not full_of_equals):
        expected = (paging.format_images([asked]),)
        yield from view.fail_all("the image does not find itself", expected, paging.format_images(found))


def _max_score(contract: Contract) -> float | None:
    """The Score of an identical image: the upper end of its range."""
    ranges = (one for field in contract.success_fields if field.path[-1] == "Score" for one in field.constraints)
    return next((one.keywords["maximum"] for one in ranges if "maximum" in one.keywords), None)


def _check_different_images(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Two images are not answered for with the very same entries, of which one image is none."""
    *_, view = contexts
    if not paging.are_readable(contexts) or not all(map(paging.has_named_entries, contexts)):
        return
    first, last = ([(one.image, one.score) for one in parse_entries(view.contract, view.response)] for view in contexts)
    scores = {score for _, score in (*first, *last)}
    if not first or not last or None in scores or len(scores) == 1:
        # Images that all score alike may be the same picture under many names.
        return
    absent = next((view for view in contexts if paging.searched_image(view) not in paging.listed_images(view)), None)
    if first == last and absent is not None:
        expected = (paging.format_images([paging.searched_image(absent)]),)
        message = "the image is answered for as if it were the other one"
        yield from absent.fail_all(message, expected, paging.format_images(paging.listed_images(absent)))
    else:
        yield from view.pass_all()


def _check_window(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    *_, view = contexts
    limit = view.contract.window.maximum
    if not paging.are_readable([view]):
        return
    room, found = max(0, limit - paging.page_start(view)), len(paging.listed_images(view))
    if found <= room:
        yield from view.pass_all()
    else:
        message = f"{found} entries from {paging.page_start(view)} on reach beyond {limit}"
        yield from view.fail_all(message, (f"at most {room}",), found)


_RELATION_CHECKS: Mapping[Relation, Callable[[Sequence[CheckContext]], Iterator[CheckResult]]] = {
    Relation.SAME_ENTRIES: repeatability.check_same_entries,
    Relation.SAME_RESPONSE: repeatability.check_same_response,
    Relation.SAME_SCORES: repeatability.check_same_scores,
    Relation.NO_ENTRIES: _check_no_entries,
    Relation.FINDS_ITSELF: _check_finds_itself,
    Relation.DISTINGUISHABLE: _check_different_images,
    Relation.WITHIN_WINDOW: _check_window,
    Relation.FULL_PAGE: paging.check_full_pages,
    Relation.CONSISTENT_PAGES: paging.check_consecutive_pages,
    Relation.SLICES: paging.check_page_slices,
    Relation.SAME_COUNTERS: paging.check_same_counters,
    Relation.TOTAL_COUNT: paging.check_total,
    Relation.EMPTY_BEYOND: paging.check_empty_beyond,
    Relation.FILTERED: filter_results.check_filter,
    Relation.MISSING_ATTRIBUTES: filter_results.check_missing_attribute,
    Relation.COMBINED: filter_algebra.check_combination,
    Relation.PARTITIONED: filter_algebra.check_partition,
    Relation.THRESHOLD: threshold_and_distinct.check_threshold,
    Relation.THRESHOLD_INCLUSIVE: threshold_and_distinct.check_threshold_inclusive,
    Relation.DISTINCT_COMPLETE: threshold_and_distinct.check_distinct_complete,
    Relation.DISTINCT_BEST: threshold_and_distinct.check_distinct_best,
}
