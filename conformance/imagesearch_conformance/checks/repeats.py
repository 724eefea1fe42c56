"""What the same request gives when it is sent again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.fields import occurrences
from imagesearch_conformance.checks.pages import comparable, images, readable, shown
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.target import Image

#: Scores that are closer than this are the same: engines reckon with 32 bits.
_ALIKE = 1e-6


def same_entries(views: Sequence[View]) -> Iterator[Remark]:
    """Both replies list the same images in the same order."""
    first, last = views
    if not comparable(views):
        return
    if images(first) == images(last):
        yield from last.all_held()
    else:
        message = "the two replies list different images"
        yield from last.all_departed(message, (shown(images(first)),), shown(images(last)))


def same_scores(views: Sequence[View]) -> Iterator[Remark]:
    """Entries that both replies list have the same score in both."""
    _, narrowed = views
    if not comparable(views):
        return
    first, last = map(_scores, views)
    both = [(one, first[one], score) for one, score in last.items() if one in first]
    other = next((row for row in both if abs(row[1] - row[2]) > _ALIKE), None)
    if other is not None:
        image, due, found = other
        message = f"{shown([image])} has another Score where the search is narrowed"
        yield from narrowed.all_departed(message, (str(due),), found)
    elif both:
        yield from narrowed.all_held()


def _scores(view: View) -> Mapping[Image, float]:
    """The images that a reply lists with a score."""
    return {one.image: one.score for one in entries_of(view.contract, view.reading) if one.score is not None}


def same_reply(views: Sequence[View]) -> Iterator[Remark]:
    """Both replies say the same in every documented field but those that vary."""
    _, again = views
    if not readable(views):
        return
    first, last = map(_steady, views)
    pointer = next((pointer for pointer in {**first, **last} if first.get(pointer) != last.get(pointer)), None)
    if pointer is None:
        yield from again.all_held()
    else:
        expected, actual = first.get(pointer, "nothing"), last.get(pointer, "nothing")
        message = f"the second reply to the same request differs at {pointer}"
        yield from again.all_departed(message, (str(expected),), actual, pointer)


def _steady(view: View) -> Mapping[str, Any]:
    """The values of all fields that do not vary, by JSON pointer; containers are what they hold."""
    return {
        pointer: value
        for field in view.contract.success_fields
        if not field.varies
        for pointer, value in occurrences(view.reading.document, field.path)
        if not isinstance(value, (dict, list))
    }
