"""Relations between pages of one ranking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.reading import COUNTERS, Kind
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.target import Image


def full(views: Sequence[View]) -> Iterator[Remark]:
    """No page has fewer entries than it asked for while another page lists entries behind it."""
    *_, last = views
    if not readable(views):
        return
    reach = max((_end(view) for view in views if images(view)), default=0)
    told = [(view, min(asked_for(view), reach - start(view))) for view in views]
    short = next(((view, due) for view, due in told if len(images(view)) < due), None)
    if short is not None:
        view, due = short
        found = len(images(view))
        message = f"{found} entries where {asked_for(view)} were asked for and there are more"
        yield from view.all_departed(message, (str(due),), found)
    elif any(due == asked_for(view) for view, due in told):
        yield from last.all_held()


def coherent(views: Sequence[View]) -> Iterator[Remark]:
    """The largest pages list no image twice, and a page across two of them lists what they do."""
    if not comparable(views):
        return
    *pages, across = views
    first, *_ = pages
    *_, last = pages
    listed = [one for view in pages for one in images(view)]
    twice = _repeated(listed)
    if twice is not None:
        yield from last.all_departed("an image is listed twice", ("each image once",), shown([twice]))
        return
    behind = start(across) - start(first)
    yield from _slice(across, listed[behind : behind + asked_for(across)])


def _repeated(listed: Iterable[Image]) -> Image | None:
    """The first image that was listed before."""
    met = set[Image]()
    for one in listed:
        if one in met:
            return one
        met.add(one)
    return None


def slices(views: Sequence[View]) -> Iterator[Remark]:
    """Each page is the part of the longest pages that its Start and Num name."""
    if not comparable(views):
        return
    most = max(asked_for(view) for view in views)
    longest = [view for view in views if asked_for(view) == most]
    places = {start(view) + index: one for view in longest for index, one in enumerate(images(view))}
    over = min((_end(view) for view in longest if len(images(view)) < most), default=None)
    for view in (one for one in views if one not in longest):
        behind = over is not None and over < start(view) + asked_for(view)
        yield from _slice(view, [places[at] for at in _asked(view) if at in places], exact=behind)


def _slice(view: View, expected: list[Image], *, exact: bool = False) -> Iterator[Remark]:
    """The entries are those expected, or with `exact` no others either."""
    found = images(view) if exact else images(view)[: len(expected)]
    if found == expected:
        yield from view.all_held()
    else:
        message = f"the page from {start(view)} on is not that part of the longer page"
        yield from view.all_departed(message, (shown(expected),), shown(found))


def _end(view: View) -> int:
    return start(view) + len(images(view))


def _asked(view: View) -> range:
    return range(start(view), start(view) + asked_for(view))


def same_counters(views: Sequence[View]) -> Iterator[Remark]:
    """At least one counter is the same in every reply, and is no smaller than any page reaches."""
    *_, last = views
    counted = {name: [view.reading.counters[place] for view in views] for place, name in enumerate(COUNTERS)}
    if not readable(views) or any(one is None for many in counted.values() for one in many):
        return
    reach = max((_end(view) for view in views if images(view)), default=0)
    if any(len(set(many)) == 1 and min(one or 0 for one in many) >= reach for many in counted.values()):
        yield from last.all_held()
    else:
        message = "no counter is the same on every page and reaches to its last entry"
        yield from last.all_departed(message, ("one counter that stays the same",), counted, "/Head")


def total(views: Sequence[View]) -> Iterator[Remark]:
    """Where pages from the first entry on end with one that is not full, the counters say how many there are."""
    *_, last = views
    counters = [one for one in last.reading.counters if one is not None]
    found = sum(len(images(view)) for view in views)
    if not readable(views) or len(counters) < len(COUNTERS) or len(images(last)) >= asked_for(last):
        return
    if max(counters) == found:
        yield from last.all_held()
    else:
        message = f"a counter says {max(counters)} where {found} entries are all there are"
        yield from last.all_departed(message, (str(found),), max(counters), "/Head")


def empty_beyond(views: Sequence[View]) -> Iterator[Remark]:
    """A page that begins beyond all entries counted on the first one is empty."""
    first, last = views
    counters = [one for one in first.reading.counters if one is not None]
    if not readable(views) or len(counters) < len(COUNTERS) or max(counters) > start(last):
        return
    found = len(images(last))
    if not found:
        yield from last.all_held()
    else:
        yield from last.all_departed(f"{found} entries from {start(last)} on, of {max(counters)}", ("0",), found)


def readable(views: Sequence[View]) -> bool:
    """Whether every reply is a success with a list of entries, or without one where none is due."""
    return all(view.reading.kind is Kind.SUCCESS and (_listed(view) or _counted_none(view)) for view in views)


def comparable(views: Sequence[View]) -> bool:
    """Whether every reply is readable, down to the names and the texts of its entries."""
    return readable(views) and all(named(view) and not view.reading.garbled for view in views)


def named(view: View) -> bool:
    """Whether every entry tells which image it is."""
    listed = view.reading.document.get("Auctions")
    entries = entries_of(view.contract, view.reading)
    whole = not isinstance(listed, list) or len(entries) == len(listed)
    return whole and all(one.named for one in entries)


def entries_due(view: View) -> bool:
    """Whether a success has entries or counts some on the page asked for, or has no place to say that it has none."""
    behind, document = max(0, start(view)), view.reading.document
    if not {"Auctions", "Head"}.intersection(document):
        return True
    return bool(view.reading.entries) or any(one is not None and one > behind for one in view.reading.counters)


def _listed(view: View) -> bool:
    return isinstance(view.reading.document.get("Auctions"), list)


def _counted_none(view: View) -> bool:
    """Whether a counter is there, and none speaks of entries on the page asked for."""
    return any(one is not None for one in view.reading.counters) and not entries_due(view)


def images(view: View) -> list[Image]:
    """The images that a reply lists, in its order."""
    return [one.image for one in entries_of(view.contract, view.reading)]


def searched_with(view: View) -> Image:
    """The image that a request names."""
    product, picture = view.contract.image.parameters
    return Image(view.sent.value(product) or "", view.sent.value(picture) or "")


def placed(view: View) -> bool:
    """Whether nobody can doubt which page is asked for: its bounds are left out, or integers in every reading."""
    window = view.contract.window
    names = [name for name in (window.start, window.count) if view.sent.value(name) is not None]
    return all(view.sent.once(name) and view.sent.integer(name) is not None for name in names)


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
