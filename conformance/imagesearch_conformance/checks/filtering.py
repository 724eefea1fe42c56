"""What filters keep: judged by the attributes that the entries show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.membership import Listing, listings, universe
from imagesearch_conformance.checks.pages import comparable
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.filters.conditions import EXCLUDING, Condition, Conjunction, Single
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.model.survey import Entry


def filtered(views: Sequence[View]) -> Iterator[Remark]:
    """A filter keeps every entry that satisfies it, and no other, as far as the values that are shown tell.

    Without a reply that is not filtered only what is listed can be judged.
    """
    if not comparable(views):
        return
    lists = listings(views)
    entries = universe(views, lists)
    for one in lists:
        yield from _kept(one, entries)


def due(condition: Condition, entry: Entry) -> bool | None:
    """Whether an entry satisfies a condition; None where that depends on a value that it does not show."""
    if isinstance(condition, Single):
        return satisfies(condition, entry.values) if condition.attribute in entry.values else None
    sides = (due(condition.left, entry), due(condition.right, entry))
    deciding = not isinstance(condition, Conjunction)
    if deciding in sides:
        return deciding
    return None if None in sides else not deciding


def _kept(one: Listing, entries: Sequence[Entry]) -> Iterator[Remark]:
    held = [(entry, has) for entry in entries if (has := one.holds(entry)) is not None]
    told = [(entry, has, due(one.condition, entry)) for entry, has in held]
    known = [(entry, has, wanted) for entry, has, wanted in told if wanted is not None]
    wrong = next(((entry, wanted) for entry, has, wanted in known if has is not wanted), None)
    if wrong is not None:
        yield from _departed(one, *wrong)
    elif known:
        yield from one.view.all_held()


def _departed(one: Listing, entry: Entry, wanted: bool) -> Iterator[Remark]:  # noqa: FBT001 what is due
    shown = f"{entry.image.product_id} / {entry.image.pic_name} with {dict(entry.attributes)}"
    if wanted:
        message = f"{one.text}: an entry that satisfies the filter is left out"
        yield from one.view.all_departed(message, (f"{shown} among the entries",), "not listed")
    else:
        message = f"{one.text}: an entry does not satisfy the filter"
        yield from one.view.all_departed(message, ("only entries that do",), shown, lenient=False)


def absent_alike(views: Sequence[View]) -> Iterator[Remark]:
    """An entry that lacks an attribute is treated alike by all conditions on it: by one of the readings there are."""
    if not comparable(views):
        return
    told: dict[tuple[str, Entry], list[Listing]] = {}
    lists = listings(views)
    for entry in universe(views, lists):
        for one in lists:
            if isinstance(one.condition, Single) and one.holds(entry) is not None:
                told.setdefault((one.condition.attribute, entry), []).append(one)
    lacking = {key: some for key, some in told.items() if key[1].attribute(key[0]) is None and len(some) > 1}
    wrong = next((key for key, some in lacking.items() if not _consistent(key[1], some)), None)
    if wrong is not None:
        yield from _unlike(wrong[1], lacking[wrong])
    elif lacking:
        yield from views[-1].all_held()


def _consistent(entry: Entry, lists: Sequence[Listing]) -> bool:
    """Whether some reading says of every list whether it holds the entry."""
    return any(all(one.holds(entry) is listed(one) for one in lists) for listed in _READINGS)


def _unlike(entry: Entry, lists: Sequence[Listing]) -> Iterator[Remark]:
    shown = ", ".join(f"{one.text}: {'' if one.holds(entry) else 'not '}listed" for one in lists)
    name = f"{entry.image.product_id} / {entry.image.pic_name}"
    message = f"{name} lacks the attribute, and the filters on it agree on no reading of that"
    expected = ("never listed", "listed as if zero or empty", "listed by what excludes a value")
    yield from lists[-1].view.all_departed(message, expected, shown)


def _never(_one: Listing) -> bool:
    return False


def _blank(one: Listing) -> bool:
    filters = one.view.contract.filters
    return satisfies(one.condition, {name: 0 if name in filters.integers else "" for name in filters.attributes})


def _excluded(one: Listing) -> bool:
    return isinstance(one.condition, Single) and one.condition.operator in EXCLUDING


#: What an absent value may be taken for: nothing, zero or the empty text, something other than any value.
_READINGS = (_never, _blank, _excluded)
