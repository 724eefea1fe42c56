"""The properties that tie the replies of a case together, or to what was asked: one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.checks.reading import Kind
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.relation import Relation


def check_relation(views: Sequence[View]) -> Iterator[Remark]:
    """Remarks on the relation of a case; none where a reply it needs is no success."""
    relation = views[0].case.relation
    if relation is not None and relation in _RELATIONS:
        yield from _RELATIONS[relation](views)


def _images(view: View) -> list[tuple[Any, Any]]:
    return [(entry.get("ProductId"), entry.get("PicName")) for entry in view.reading.entries]


def _successes(views: Sequence[View]) -> bool:
    return all(view.reading.kind is Kind.SUCCESS for view in views)


def _remark(view: View, holds: bool, message: str, expected: str, actual: object) -> Iterator[Remark]:  # noqa: FBT001 what was found
    for requirement in view.case.requirements:
        if holds:
            yield view.held(requirement)
        else:
            yield view.departed(requirement, message, (expected,), actual, "/Auctions")


def _same_entries(views: Sequence[View]) -> Iterator[Remark]:
    first, last = views[0], views[-1]
    if not _successes(views):
        return
    expected, actual = _images(first), _images(last)
    yield from _remark(last, actual == expected, "the two replies list different images", str(expected), actual)


def _no_entries(views: Sequence[View]) -> Iterator[Remark]:
    view = views[-1]
    if view.reading.kind is Kind.SUCCESS:
        found = view.reading.document.get("Auctions")
        if isinstance(found, list):
            yield from _remark(
                view, not found, "entries were found for an image that is not stored", "[]", _images(view)
            )


def _finds_itself(views: Sequence[View]) -> Iterator[Remark]:
    view = views[-1]
    if view.reading.kind is not Kind.SUCCESS:
        return
    asked = tuple(view.sent.value(name) for name in view.contract.image.parameters)
    found = _images(view)
    scores = {
        entry.get("Score") if isinstance(entry.get("Score"), (int, float)) else None for entry in view.reading.entries
    }
    if asked not in found and len(found) == view.sent.integer(view.contract.window.count) and len(scores) == 1:
        # A whole page of equals: the image may well be the next of them.
        return
    yield from _remark(view, asked in found, "the image does not find itself", str(asked), found)


def _within_window(views: Sequence[View]) -> Iterator[Remark]:
    view = views[-1]
    window = view.contract.window
    start = view.sent.integer(window.start)
    found = view.reading.document.get("Auctions")
    if view.reading.kind is not Kind.SUCCESS or start is None or not isinstance(found, list):
        return
    room = max(0, window.maximum - start)
    message = f"{len(found)} entries from {start} on reach beyond {window.maximum}"
    yield from _remark(view, len(found) <= room, message, f"at most {room}", len(found))


_RELATIONS: Mapping[Relation, Callable[[Sequence[View]], Iterator[Remark]]] = {
    Relation.SAME_ENTRIES: _same_entries,
    Relation.NO_ENTRIES: _no_entries,
    Relation.FINDS_ITSELF: _finds_itself,
    Relation.WITHIN_WINDOW: _within_window,
}
