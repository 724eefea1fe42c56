"""A filtered list is the unfiltered one, filtered: nothing that does not fit, nothing left out, in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.pages import asked_for, readable, start
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.conditions import Condition
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.filters.language import NotAFilter
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image


@frozen
class _Reading:
    """One way to read a filter where an attribute is absent: what stands in for an absent value."""

    name: str
    defaults: Mapping[str, int | str]

    def keeps(self, condition: Condition, entry: Entry) -> bool:
        """Whether the entry satisfies the condition."""
        return satisfies(condition, {**self.defaults, **dict(entry.attributes)})


def filtered(views: Sequence[View]) -> Iterator[Remark]:
    """Every filtered page fits the unfiltered ones under at least one reading, the same for all."""
    if not readable(views):
        return
    contract = views[0].contract
    plain = [view for view in views if not narrowed(view)]
    filters = [view for view in views if narrowed(view)]
    ranking = tuple(entry for view in sorted(plain, key=start) for entry in entries_of(contract, view.reading))
    complete = bool(plain) and len(entries_of(contract, plain[-1].reading)) < asked_for(plain[-1])
    departures = [_departures(reading, ranking, filters, complete=complete) for reading in _readings(contract)]
    best = min(departures, key=len)
    last = filters[-1]
    if not best:
        yield from last.concerning(True, "", (), None)  # noqa: FBT003 it holds
    for view, message, expected, found in best[:1]:
        yield from view.concerning(False, message, (expected,), found)  # noqa: FBT003 it does not


def narrowed(view: View) -> bool:
    """Whether a request carries a filter."""
    return _filter(view) is not None


def _readings(contract: Contract) -> tuple[_Reading, ...]:
    """Absent attributes never match, or count as zero and as the empty text."""
    blanks: dict[str, int | str] = {
        name: 0 if _is_integer(contract, column) else "" for name, column in contract.filters.attributes.items()
    }
    return (_Reading("absent attributes never match", {}), _Reading("absent attributes count as zero or empty", blanks))


def _is_integer(contract: Contract, column: str) -> bool:
    return any(one.path[-1] == column and one.integer for one in contract.success_fields)


_Departure = tuple[View, str, str, str]


def _departures(
    reading: _Reading, ranking: Sequence[Entry], filters: Sequence[View], *, complete: bool
) -> list[_Departure]:
    return [one for view in filters for one in _departure(reading, ranking, view, complete=complete)]


def _departure(reading: _Reading, ranking: Sequence[Entry], view: View, *, complete: bool) -> Iterator[_Departure]:
    condition = _condition(view)
    if condition is None:
        return
    text, found = _filter(view), entries_of(view.contract, view.reading)
    wrong = next((one for one in found if not reading.keeps(condition, one)), None)
    if wrong is not None:
        yield view, f"{text}: an entry does not satisfy the filter ({reading.name})", "only such entries", _shown(wrong)
        return
    expected = [one.image for one in ranking if reading.keeps(condition, one)][: asked_for(view)]
    listed = [one.image for one in found]
    if listed[: len(expected)] != expected or (complete and len(listed) != len(expected)):
        message = f"{text}: the entries are not those of the whole ranking that satisfy the filter ({reading.name})"
        yield view, message, _list(expected), _list(listed)


def _condition(view: View) -> Condition | None:
    try:
        return view.contract.filters.language.parse(_filter(view) or "")
    except NotAFilter:
        return None


def _filter(view: View) -> str | None:
    names = [one.name for one in view.contract.parameters if one.format == "filter"]
    return next((view.sent.value(name) for name in names if view.sent.value(name)), None)


def _shown(entry: Entry) -> str:
    return f"{entry.image.product_id} / {entry.image.pic_name} with {dict(entry.attributes)}"


def _list(images: Sequence[Image]) -> str:
    return ", ".join(f"{one.product_id} / {one.pic_name}" for one in images[:20]) or "nothing"
