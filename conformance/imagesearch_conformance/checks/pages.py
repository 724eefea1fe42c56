"""Relations between pages of one ranking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.reading import COUNTERS, Kind, whole
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.target import Image


def full(views: Sequence[View]) -> Iterator[Remark]:
    """The last page has as many entries as it asked for."""
    view = views[-1]
    asked, found = asked_for(view), len(images(view))
    if not readable(views):
        return
    if asked == found:
        yield from view.all_held()
    else:
        yield from view.all_departed(f"{found} entries where {asked} were asked for", (str(asked),), found)


def slices(views: Sequence[View]) -> Iterator[Remark]:
    """Each page is the part of the longest pages that its Start and Num name."""
    if not readable(views):
        return
    most = max(asked_for(view) for view in views)
    longest = [view for view in views if asked_for(view) == most]
    places = {start(view) + index: one for view in longest for index, one in enumerate(images(view))}
    for view in (one for one in views if one not in longest):
        yield from _slice(view, [places[at] for at in _asked(view) if at in places])


def _slice(view: View, expected: list[Image]) -> Iterator[Remark]:
    found = images(view)[: len(expected)]
    if found == expected:
        yield from view.all_held()
    else:
        message = f"the page from {start(view)} on is not that part of the longer page"
        yield from view.all_departed(message, (shown(expected),), shown(found))


def _asked(view: View) -> range:
    return range(start(view), start(view) + asked_for(view))


def same_counters(views: Sequence[View]) -> Iterator[Remark]:
    """At least one counter is the same in every reply, and is no smaller than any page reaches."""
    counted = {name: [whole(view.reading.at("Head", name)) for view in views] for name in COUNTERS}
    if not readable(views) or any(one is None for many in counted.values() for one in many):
        return
    reach = max(start(view) + len(images(view)) for view in views)
    if any(len(set(many)) == 1 and (many[0] or 0) >= reach for many in counted.values()):
        yield from views[-1].all_held()
    else:
        message = "no counter is the same on every page and reaches to its last entry"
        yield from views[-1].all_departed(message, ("one counter that stays the same",), counted, "/Head")


def total(views: Sequence[View]) -> Iterator[Remark]:
    """Where a page from the first entry on is not full, it is all that matches, and the counters say so."""
    view = views[-1]
    counters = [one for one in (whole(view.reading.at("Head", name)) for name in COUNTERS) if one is not None]
    found = len(images(view))
    if not readable(views) or len(counters) < len(COUNTERS) or found >= asked_for(view) or start(view) > 0:
        return
    if max(counters) == found:
        yield from view.all_held()
    else:
        message = f"a counter says {max(counters)} where {found} entries are all there are"
        yield from view.all_departed(message, (str(found),), max(counters), "/Head")


def empty_beyond(views: Sequence[View]) -> Iterator[Remark]:
    """A page that begins beyond all entries counted on the first one is empty."""
    first, last = views[0], views[-1]
    counters = [one for one in (whole(first.reading.at("Head", name)) for name in COUNTERS) if one is not None]
    if not readable(views) or len(counters) < len(COUNTERS) or max(counters) > start(last):
        return
    found = len(images(last))
    if not found:
        yield from last.all_held()
    else:
        yield from last.all_departed(f"{found} entries from {start(last)} on, of {max(counters)}", ("0",), found)


def readable(views: Sequence[View]) -> bool:
    """Whether every reply is a success with a list of entries, or without one where none is due."""
    return all(view.reading.kind is Kind.SUCCESS and (_listed(view) or not entries_due(view)) for view in views)


def entries_due(view: View) -> bool:
    """Whether a success has entries, or a counter that says that some lie on the page asked for."""
    counters = [whole(view.reading.at("Head", name)) for name in COUNTERS]
    return bool(view.reading.entries) or any(one is not None and one > max(0, start(view)) for one in counters)


def _listed(view: View) -> bool:
    return isinstance(view.reading.document.get("Auctions"), list)


def images(view: View) -> list[Image]:
    """The images that a reply lists, in its order."""
    return [one.image for one in entries_of(view.contract, view.reading)]


def searched_with(view: View) -> Image:
    """The image that a request names."""
    product, picture = view.contract.image.parameters
    return Image(view.sent.value(product) or "", view.sent.value(picture) or "")


def start(view: View) -> int:
    """Where a page begins, the default counted in."""
    return _given(view, view.contract.window.start)


def asked_for(view: View) -> int:
    """How many entries a page asks for, the default counted in."""
    return _given(view, view.contract.window.count)


def _given(view: View, name: str) -> int:
    given = view.sent.integer(name)
    return given if given is not None else int(view.contract.parameter(name).default or 0)


def shown(found: Sequence[Image]) -> str:
    """Images in words."""
    return ", ".join(f"{one.product_id} / {one.pic_name}" for one in found) or "nothing"
