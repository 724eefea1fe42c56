"""What the same request gives when it is sent again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.fields import find_occurrences
from imagesearch_conformance.checks.paging import are_comparable, are_readable, format_images, listed_images
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.target import Image

#: Scores that are closer than this are the same: engines reckon with 32 bits.
_SCORE_TOLERANCE = 1e-6


def check_same_entries(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Both replies list the same images in the same order."""
    first, last = contexts
    if not are_comparable(contexts):
        return
    if listed_images(first) == listed_images(last):
        yield from last.pass_all()
    else:
        message = "the two replies list different images"
        yield from last.fail_all(message, (format_images(listed_images(first)),), format_images(listed_images(last)))


def check_same_scores(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Entries that both replies list have the same score in both."""
    _, narrowed = contexts
    if not are_comparable(contexts):
        return
    first, last = map(_scores_by_image, contexts)
    both = [(one, first[one], score) for one, score in last.items() if one in first]
    other = next((row for row in both if abs(row[1] - row[2]) > _SCORE_TOLERANCE), None)
    if other is not None:
        image, due, found = other
        message = f"{format_images([image])} has another Score where the search is narrowed"
        yield from narrowed.fail_all(message, (str(due),), found)
    elif both:
        yield from narrowed.pass_all()


def _scores_by_image(context: CheckContext) -> Mapping[Image, float]:
    """The images that a reply lists with a score."""
    return {one.image: one.score for one in parse_entries(context.contract, context.response) if one.score is not None}


def check_same_response(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Both replies say the same in every documented field but those that vary."""
    _, again = contexts
    if not are_readable(contexts):
        return
    first, last = map(_stable_fields, contexts)
    pointer = next((pointer for pointer in {**first, **last} if first.get(pointer) != last.get(pointer)), None)
    if pointer is None:
        yield from again.pass_all()
    else:
        expected, actual = first.get(pointer, "nothing"), last.get(pointer, "nothing")
        message = f"the second reply to the same request differs at {pointer}"
        yield from again.fail_all(message, (str(expected),), actual, pointer)


def _stable_fields(context: CheckContext) -> Mapping[str, Any]:
    """The values of all fields that do not vary, by JSON pointer; containers are what they hold."""
    return {
        pointer: value
        for field in context.contract.success_fields
        if not field.varies
        for pointer, value in find_occurrences(context.response.document, field.path)
        if not isinstance(value, (dict, list))
    }
