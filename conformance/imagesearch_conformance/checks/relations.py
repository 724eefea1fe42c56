"""Checks of relations: properties that tie the responses of a case together, or to their requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from imagesearch_conformance.checks import filter_algebra, filter_results, paging, repeatability, threshold_and_distinct
from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.relation import Relation


def check_relation(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check the relation of a case; no result where a response that it needs is not a success."""
    relation = contexts[0].case.relation
    if relation is not None and relation in _RELATION_CHECKS:
        yield from _RELATION_CHECKS[relation](contexts)


def _check_no_entries(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    *_, last = contexts
    if not paging.are_readable(contexts):
        return
    if images := paging.listed_images(last):
        message = "entries were found for an image that is not stored"
        yield from last.fail_all(message, ("no entries",), paging.format_images(images))
    else:
        yield from last.pass_all()


def _check_finds_itself(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that the entries of a search have its own image.

    A perfect score of another image shows that the server confused the two. An image that is missing
    among lower scores may be in another category than the predicted one.
    """
    *_, last = contexts
    if not paging.are_readable(contexts) or not all(map(paging.has_named_entries, contexts)):
        return
    searched, entries = paging.searched_image(last), parse_entries(last.contract, last.response)
    images = [entry.image for entry in entries]
    has_only_equal_scores = len(images) == paging.page_size(last) and len({entry.score for entry in entries}) == 1
    if searched in images:
        yield from last.pass_all()
    elif not images or (entries[0].score == _max_score(last.contract) and not has_only_equal_scores):
        expected, actual = paging.format_images([searched]), paging.format_images(images)
        yield from last.fail_all("the search for an image does not find it", (expected,), actual)


def _max_score(contract: Contract) -> float | None:
    """The Score of an identical image: the maximum of the field."""
    fields = (field for field in contract.success_fields if field.path[-1] == "Score")
    keywords = (constraint.keywords for field in fields for constraint in field.constraints)
    return next((keyword["maximum"] for keyword in keywords if "maximum" in keyword), None)


def _check_different_images(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that searches for two images do not return the same entries without one of the images."""
    if not paging.are_readable(contexts) or not all(map(paging.has_named_entries, contexts)):
        return
    first, last = (
        [(entry.image, entry.score) for entry in parse_entries(context.contract, context.response)]
        for context in contexts
    )
    scores = {score for _, score in (*first, *last)}
    if not first or not last or None in scores or len(scores) == 1:
        # Images of equal score may be the same picture under many names.
        return
    missing = next(
        (context for context in contexts if paging.searched_image(context) not in paging.listed_images(context)), None
    )
    if first == last and missing is not None:
        expected = paging.format_images([paging.searched_image(missing)])
        actual = paging.format_images(paging.listed_images(missing))
        yield from missing.fail_all("the search returns the entries of the other image", (expected,), actual)
    else:
        yield from contexts[-1].pass_all()


def _check_window(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    *_, last = contexts
    if not paging.are_readable([last]):
        return
    start, maximum = paging.page_start(last), last.contract.window.maximum
    limit, count = max(0, maximum - start), len(paging.listed_images(last))
    if count <= limit:
        yield from last.pass_all()
    else:
        message = f"{count} entries from {start} on extend beyond {maximum}"
        yield from last.fail_all(message, (f"at most {limit}",), count)


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
