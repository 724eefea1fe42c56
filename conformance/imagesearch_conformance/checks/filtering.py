"""What single conditions keep: judged by the attributes that the entries show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from imagesearch_conformance.checks.membership import Listing, listings, universe
from imagesearch_conformance.checks.pages import readable
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.conditions import Single
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.model.survey import Entry

#: What an absent value counts as: nothing, or zero and the empty text.
_Blanks = Mapping[str, int | str]


def filtered(views: Sequence[View]) -> Iterator[Remark]:
    """A condition keeps every entry that shows a value which satisfies it, and no entry that shows another.

    Without a reply that is not filtered only what is listed can be judged.
    """
    if not readable(views):
        return
    lists = listings(views)
    entries = universe(views, lists)
    for one in lists:
        if isinstance(one.condition, Single):
            yield from _kept(one, one.condition, entries)


def _kept(one: Listing, condition: Single, entries: Sequence[Entry]) -> Iterator[Remark]:
    shown = [entry for entry in entries if entry.attribute(condition.attribute) is not None]
    told = [(entry, one.holds(entry), satisfies(condition, dict(entry.attributes))) for entry in shown]
    wrong = next(((entry, due) for entry, held, due in told if held is not None and held is not due), None)
    if wrong is not None:
        yield from _departed(one, *wrong)
    elif any(held is not None for _, held, _ in told):
        yield from one.view.all_held()


def _departed(one: Listing, entry: Entry, due: bool) -> Iterator[Remark]:  # noqa: FBT001 what is due
    shown = f"{entry.image.product_id} / {entry.image.pic_name} with {dict(entry.attributes)}"
    if due:
        message = f"{one.text}: an entry that satisfies the filter is left out"
        yield from one.view.all_departed(message, (f"{shown} among the entries",), "not listed")
    else:
        message = f"{one.text}: an entry does not satisfy the filter"
        yield from one.view.all_departed(message, ("only entries that do",), shown, lenient=False)


def absent_alike(views: Sequence[View]) -> Iterator[Remark]:
    """Entries that lack the attribute of a condition never match, or count as zero or empty: the same throughout."""
    if not readable(views):
        return
    lists = listings(views)
    told = [
        (one, entry)
        for one in lists
        for entry in universe(views, lists)
        if isinstance(one.condition, Single)
        and entry.attribute(one.condition.attribute) is None
        and one.holds(entry) is not None
    ]
    if not told:
        return
    readings = [[pair for pair in told if not fits(*pair)] for fits in _readings(views[0].contract)]
    wrong = min(readings, key=len)
    if not wrong:
        yield from views[-1].all_held()
        return
    one, entry = wrong[0]
    shown = f"{entry.image.product_id} / {entry.image.pic_name}, which is {'' if one.holds(entry) else 'not '}listed"
    message = f"{one.text}: an entry without the attribute is treated otherwise than by the other filters"
    yield from one.view.all_departed(message, ("never listed", "listed as if zero or empty"), shown)


def _readings(contract: Contract) -> list[Callable[[Listing, Entry], bool]]:
    blanks: dict[str, int | str] = {
        attribute: 0 if attribute in contract.filters.integers else "" for attribute in contract.filters.attributes
    }
    return [_reading({}), _reading(blanks)]


def _reading(blanks: _Blanks) -> Callable[[Listing, Entry], bool]:
    return lambda one, entry: one.holds(entry) is satisfies(one.condition, {**blanks, **dict(entry.attributes)})
