"""What the same request gives when it is sent again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.fields import occurrences
from imagesearch_conformance.checks.pages import comparable, images, readable, shown
from imagesearch_conformance.checks.remark import Remark, View

#: Scores that are closer than this are the same: engines reckon with 32 bits.
_ALIKE = 1e-6


def same_entries(views: Sequence[View]) -> Iterator[Remark]:
    """The first and the last reply list the same images in the same order."""
    first, last = views[0], views[-1]
    if not comparable(views):
        return
    if images(first) == images(last):
        yield from last.all_held()
    else:
        message = "the two replies list different images"
        yield from last.all_departed(message, (shown(images(first)),), shown(images(last)))


def same_scores(views: Sequence[View]) -> Iterator[Remark]:
    """Entries that the first and the last reply list have the same score in both."""
    first, last = ({one.image: one.score for one in entries_of(view.contract, view.reading)} for view in views)
    if not comparable(views):
        return
    both = [one for one in last if first.get(one) is not None and last[one] is not None]
    other = next((one for one in both if abs((first[one] or 0) - (last[one] or 0)) > _ALIKE), None)
    if other is not None:
        message = f"{shown([other])} has another Score where the search is narrowed"
        yield from views[-1].all_departed(message, (str(first[other]),), last[other])
    elif both:
        yield from views[-1].all_held()


def same_reply(views: Sequence[View]) -> Iterator[Remark]:
    """The first and the last reply say the same in every documented field but those that vary."""
    first, last = (_steady(view) for view in (views[0], views[-1]))
    if not readable(views):
        return
    pointer = next((pointer for pointer in {**first, **last} if first.get(pointer) != last.get(pointer)), None)
    if pointer is None:
        yield from views[-1].all_held()
    else:
        expected, actual = first.get(pointer, "nothing"), last.get(pointer, "nothing")
        message = f"the second reply to the same request differs at {pointer}"
        yield from views[-1].all_departed(message, (str(expected),), actual, pointer)


def _steady(view: View) -> Mapping[str, Any]:
    """The values of all fields that do not vary, by JSON pointer; containers are what they hold."""
    return {
        pointer: value
        for field in view.contract.success_fields
        if not field.varies
        for pointer, value in occurrences(view.reading.document, field.path)
        if not isinstance(value, (dict, list))
    }
