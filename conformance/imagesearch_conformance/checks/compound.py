"""What filters of several conditions keep: judged by the attributes that the entries show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks import filtering
from imagesearch_conformance.checks.membership import Listing, listings, universe
from imagesearch_conformance.checks.pages import readable
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.filters.conditions import Condition, Conjunction, Single
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.model.survey import Entry


def filtered(views: Sequence[View]) -> Iterator[Remark]:
    """A filter keeps every entry that satisfies it, and no other, as far as the values that are shown tell."""
    yield from filtering.filtered(views)
    if not readable(views):
        return
    lists = listings(views)
    entries = universe(views, lists)
    for one in lists:
        if not isinstance(one.condition, Single):
            yield from _kept(one, entries)


def due(condition: Condition, entry: Entry) -> bool | None:
    """Whether an entry satisfies a condition; None where that depends on a value that it does not show."""
    if isinstance(condition, Single):
        known = entry.attribute(condition.attribute) is not None
        return satisfies(condition, dict(entry.attributes)) if known else None
    sides = (due(condition.left, entry), due(condition.right, entry))
    deciding = not isinstance(condition, Conjunction)
    if deciding in sides:
        return deciding
    return None if None in sides else not deciding


def _kept(one: Listing, entries: Sequence[Entry]) -> Iterator[Remark]:
    told = [(entry, one.holds(entry), due(one.condition, entry)) for entry in entries]
    known = [(entry, held, wanted) for entry, held, wanted in told if held is not None and wanted is not None]
    wrong = next(((entry, wanted) for entry, held, wanted in known if held is not wanted), None)
    if wrong is None:
        yield from one.view.all_held() if known else ()
        return
    entry, wanted = wrong
    shown = f"{entry.image.product_id} / {entry.image.pic_name} with {dict(entry.attributes)}"
    if wanted:
        message = f"{one.text}: an entry that satisfies the filter is left out"
        yield from one.view.all_departed(message, (f"{shown} among the entries",), "not listed")
    else:
        message = f"{one.text}: an entry does not satisfy the filter"
        yield from one.view.all_departed(message, ("only entries that do",), shown, lenient=False)
