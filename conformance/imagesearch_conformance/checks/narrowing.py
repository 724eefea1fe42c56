"""What a threshold and the wish for distinct products leave out of a ranking, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.membership import ranking
from imagesearch_conformance.checks.pages import asked_for, comparable, named, shown
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract.parameters import written
from imagesearch_conformance.model.survey import Entry

#: How truth is written for certain; in any other notation it may be understood or not.
_TRUE = written(value=True)

#: A Score that is closer to a threshold than this may be equal to it: engines reckon with 32 bits.
_EQUAL = 1e-6


def check_narrowing(view: View) -> Iterator[Remark]:
    """Remarks on any success whose request has a threshold or asks for distinct products."""
    entries = entries_of(view.contract, view.reading)
    least, scores = threshold(view), [one.score for one in entries]
    if least is not None and entries and None not in scores:
        place = next((index for index, one in enumerate(scores) if one is not None and one < least - _EQUAL), None)
        name = view.contract.narrowing.threshold or ""
        requirement = f"{name.lower()}.floor"
        if place is None:
            yield view.held(requirement)
        else:
            message = f"an entry has a Score below {name}"
            where = f"/Auctions/{place}/Score"
            yield view.departed(requirement, message, (f"at least {least}",), scores[place], where)
    if distinct(view) and entries and named(view):
        yield _unique(view, entries)


def _unique(view: View, entries: Sequence[Entry]) -> Remark:
    requirement = f"{(view.contract.narrowing.distinct or '').lower()}.unique"
    products = [one.image.product_id for one in entries]
    place = next((index for index, one in enumerate(products) if one in products[:index]), None)
    if place is None:
        return view.held(requirement)
    where = f"/Auctions/{place}/ProductId"
    return view.departed(requirement, "a product stands there twice", ("each once",), products[place], where)


def threshold(view: View) -> float | None:
    """The threshold that a request gives, in the documented form, or None."""
    name = view.contract.narrowing.threshold
    if name is None or not view.sent.once(name):
        return None
    text = view.sent.value(name)
    return float(text) if text and view.contract.parameter(name).allows(text) else None


def distinct(view: View) -> bool:
    """Whether a request asks for distinct products in so many words."""
    name = view.contract.narrowing.distinct
    return name is not None and view.sent.value(name) == _TRUE and view.sent.once(name)


def above_threshold(views: Sequence[View]) -> Iterator[Remark]:
    """What is above the threshold is all there, in its order; what equals it may be."""
    yield from _thresholds(views, inclusive=False)


def not_below_threshold(views: Sequence[View]) -> Iterator[Remark]:
    """What is above the threshold or equals it is all there, in its order."""
    yield from _thresholds(views, inclusive=True)


def _thresholds(views: Sequence[View], *, inclusive: bool) -> Iterator[Remark]:
    *plain, last = views
    least, whole = threshold(last), ranking(plain)
    if least is None or not comparable(views) or any(one.score is None for one in whole):
        return
    scored = [(one.image, one.score or 0.0) for one in whole]
    asked = asked_for(last)
    bounds = [least, least - _EQUAL, *([] if inclusive else [least + _EQUAL])]
    accepted = [[image for image, score in scored if score >= bound][:asked] for bound in bounds]
    complete = len(entries_of(last.contract, plain[-1].reading)) < asked_for(plain[-1])
    listed = entries_of(last.contract, last.reading)
    found = [one.image for one in listed]
    holds = all(one.score is None or one.score >= least - _EQUAL for one in listed) and any(
        found[: len(one)] == one and not (complete and len(found) > len(one)) for one in accepted
    )
    if holds:
        yield from last.all_held()
    else:
        message = f"the entries are not those of the whole ranking that a threshold of {least} leaves"
        yield from last.all_departed(message, (shown(accepted[0]),), shown(found))


def distinct_complete(views: Sequence[View]) -> Iterator[Remark]:
    """Every product that the first entries of the whole ranking show is there.

    A full page tells only where the best entry of each product is kept: others come further down.
    """
    *plain, last = views
    if not comparable(views) or not distinct(last):
        return
    whole, entries = ranking(plain), entries_of(last.contract, last.reading)
    if len(entries) == asked_for(last) and _worse(whole, entries) is not None:
        return
    found = {one.image.product_id for one in entries}
    due = [one.image.product_id for one in whole[: asked_for(last)]]
    missing = [one for one in dict.fromkeys(due) if one not in found]
    if missing:
        message = f"{len(missing)} products are lost, {missing[0]!r} first"
        yield from last.all_departed(message, ("every product of the first entries",), missing)
    else:
        yield from last.all_held()


def distinct_best(views: Sequence[View]) -> Iterator[Remark]:
    """Each entry that is there has the highest Score that its product has in the whole ranking."""
    *plain, last = views
    whole, found = ranking(plain), entries_of(last.contract, last.reading)
    if not comparable(views) or not distinct(last) or any(one.score is None for one in (*whole, *found)):
        return
    worse = _worse(whole, found)
    if worse is None:
        yield from last.all_held()
        return
    message = f"{worse.image.product_id} is there with a Score of {worse.score}, and not with its best"
    same = [one for one in whole if one.image.product_id == worse.image.product_id]
    best = max(same, key=lambda one: one.score or 0.0)
    yield from last.all_departed(message, (shown([best.image]),), shown([worse.image]))


def _worse(ranking: Sequence[Entry], found: Sequence[Entry]) -> Entry | None:
    """The first entry that its product has a better one than, or None."""
    best: dict[str, float] = {}
    for one in ranking:
        best[one.image.product_id] = max(best.get(one.image.product_id, 0.0), one.score or 0.0)
    return next((one for one in found if (one.score or 0.0) < best.get(one.image.product_id, 0.0)), None)
