"""What combinations keep: judged by what the target itself lists for their parts, whatever those mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.membership import Listing, expected, listings, universe
from imagesearch_conformance.checks.pages import comparable
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.filters.conditions import Single
from imagesearch_conformance.model.survey import Entry


def combined(views: Sequence[View]) -> Iterator[Remark]:
    """The last combination keeps what the lists of its single conditions make of it.

    AND is what both list, OR what either lists. Where a combination before it departs from that, the
    last one says nothing of its own.
    """
    if not comparable(views):
        return
    lists = listings(views)
    entries = universe(views, lists)
    combinations = [one for one in lists if not isinstance(one.condition, Single)]
    *earlier, last = [(one, *_compared(one, entries, lists)) for one in combinations]
    if any(wrong is not None for _, wrong, _ in earlier):
        return
    one, wrong, told = last
    if wrong is not None:
        yield from _departed(one, wrong)
    elif told:
        yield from one.view.all_held()


def _compared(one: Listing, entries: Sequence[Entry], lists: Sequence[Listing]) -> tuple[Entry | None, int]:
    """The first entry that is wrongly listed or left out, and of how many entries one could tell."""
    told = [
        (entry, one.holds(entry), due)
        for entry, due in zip(entries, expected(one.condition, entries, lists), strict=True)
    ]
    known = [(entry, held is due) for entry, held, due in told if held is not None and due is not None]
    return next((entry for entry, right in known if not right), None), len(known)


def _departed(one: Listing, entry: Entry) -> Iterator[Remark]:
    shown, listed = f"{entry.image.product_id} / {entry.image.pic_name}", one.holds(entry)
    message = f"{one.text}: the list is not what the lists of its conditions make"
    due = f"{shown} is {'not ' if listed else ''}listed"
    actual = f"{shown} is {'' if listed else 'not '}listed"
    yield from one.view.all_departed(message, (due,), actual, lenient=not listed)


def partitioned(views: Sequence[View]) -> Iterator[Remark]:
    """A condition and its opposite share no entry, and leave out none that shows the attribute."""
    if not comparable(views):
        return
    one, other = lists = listings(views)
    told = [(entry, one.holds(entry), other.holds(entry)) for entry in universe(views, lists)]
    twice = next((entry for entry, here, there in told if here and there), None)
    nowhere = next(
        (entry for entry, here, there in told if here is False and there is False and _shows(entry, one)), None
    )
    if twice is not None:
        yield from _misplaced(one, other, twice, "in both lists", lenient=False)
    elif nowhere is not None:
        yield from _misplaced(one, other, nowhere, "in neither list", lenient=True)
    elif any(None not in (here, there) for _, here, there in told):
        yield from other.view.all_held()


def _misplaced(one: Listing, other: Listing, entry: Entry, found: str, *, lenient: bool) -> Iterator[Remark]:
    shown = f"{entry.image.product_id} / {entry.image.pic_name}"
    message = f"{one.text} and {other.text}: an entry is {found}"
    yield from other.view.all_departed(message, ("in one of them",), shown, lenient=lenient)


def _shows(entry: Entry, one: Listing) -> bool:
    return isinstance(one.condition, Single) and entry.attribute(one.condition.attribute) is not None
