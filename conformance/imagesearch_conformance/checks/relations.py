"""Checks of relations: properties that tie the responses of a case together, or to their requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.checks import filters, paging, threshold_and_distinct
from imagesearch_conformance.checks.fields import find_occurrences
from imagesearch_conformance.checks.paging import are_comparable, are_readable, format_images, listed_images
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.target import Image

#: Scores closer than this are equal: search engines compute with 32 bits.
_SCORE_TOLERANCE = 1e-6


def check_same_entries(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that both responses list the same images in the same order."""
    first, last = contexts
    if not are_comparable(contexts):
        return
    if listed_images(first) == listed_images(last):
        yield from last.pass_all()
    else:
        message = "the two responses list different images"
        yield from last.fail_all(message, (format_images(listed_images(first)),), format_images(listed_images(last)))


def check_same_scores(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that entries that both responses list have the same score in both."""
    _, restricted = contexts
    if not are_comparable(contexts):
        return
    first, last = map(_scores_by_image, contexts)
    common = [(image, first[image], score) for image, score in last.items() if image in first]
    different = next((row for row in common if abs(row[1] - row[2]) > _SCORE_TOLERANCE), None)
    if different is not None:
        image, expected, actual = different
        message = f"{format_images([image])} has another Score in the restricted search"
        yield from restricted.fail_all(message, (str(expected),), actual)
    elif common:
        yield from restricted.pass_all()


def _scores_by_image(context: CheckContext) -> Mapping[Image, float]:
    entries = context.entries
    return {entry.image: entry.score for entry in entries if entry.score is not None}


def check_same_response(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that both responses have the same value in every documented field that does not vary."""
    _, repeated = contexts
    if not are_readable(contexts):
        return
    first, last = map(_stable_fields, contexts)
    pointer = next((pointer for pointer in {**first, **last} if first.get(pointer) != last.get(pointer)), None)
    if pointer is None:
        yield from repeated.pass_all()
    else:
        expected, actual = first.get(pointer, "nothing"), last.get(pointer, "nothing")
        message = f"the second response to the same request differs at {pointer}"
        yield from repeated.fail_all(message, (str(expected),), actual, pointer)


def _stable_fields(context: CheckContext) -> Mapping[str, Any]:
    """The plain values of all fields that do not vary, by JSON pointer."""
    return {
        pointer: value
        for field in context.contract.success_fields
        if not field.varies
        for pointer, value in find_occurrences(context.response.document, field.path)
        if not isinstance(value, (dict, list))
    }


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
    searched, entries = paging.searched_image(last), last.entries
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
    first, last = ([(entry.image, entry.score) for entry in context.entries] for context in contexts)
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
    Relation.SAME_ENTRIES: check_same_entries,
    Relation.SAME_RESPONSE: check_same_response,
    Relation.SAME_SCORES: check_same_scores,
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
    Relation.FILTERED: filters.check_filter,
    Relation.MISSING_ATTRIBUTES: filters.check_missing_attribute,
    Relation.COMBINED: filters.check_combination,
    Relation.PARTITIONED: filters.check_partition,
    Relation.THRESHOLD: threshold_and_distinct.check_threshold,
    Relation.THRESHOLD_INCLUSIVE: threshold_and_distinct.check_threshold_inclusive,
    Relation.DISTINCT_COMPLETE: threshold_and_distinct.check_distinct_complete,
    Relation.DISTINCT_BEST: threshold_and_distinct.check_distinct_best,
}
