"""Checks of the responses to repeated requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.fields import find_occurrences
from imagesearch_conformance.checks.paging import are_comparable, are_readable, format_images, listed_images
from imagesearch_conformance.checks.result import CheckContext, CheckResult
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
    entries = parse_entries(context.contract, context.response)
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
