"""Defects that show only where parameters meet: pages of filtered searches, filters beside categories."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.search import Found, Query
from imagesearch_conformance.filters.conditions import Comparison, Condition, Conjunction, Disjunction

#: How many entries a page has at most, and after how many places Start begins anew.
_CAP, _TURN = 50, 200


def _first_when_filtered(query: Query, _about: Circumstances) -> Query:
    return query if query.condition is None else evolve(query, start=0)


def _unfiltered_later(query: Query, _about: Circumstances) -> Query:
    return evolve(query, condition=None) if query.start else query


def _first_in_categories(query: Query, _about: Circumstances) -> Query:
    return query if query.category is None else evolve(query, start=0)


def _scored_anew(found: Found, _about: Circumstances) -> Found:
    if found.query.condition is None:
        return found
    return evolve(found, entries=tuple((image, score * 0.9) for image, score in found.entries))


def _capped(query: Query, _about: Circumstances) -> Query:
    return evolve(query, count=min(query.count, _CAP))


def _wrapped(query: Query, _about: Circumstances) -> Query:
    return evolve(query, start=query.start % _TURN)


def _in_any_case(query: Query, about: Circumstances) -> Query:
    wanted = (query.product_id.casefold(), query.pic_name.casefold())
    images = about.store.dataset.of_instance(query.instance)
    found = next((one for one in images if (one.product_id.casefold(), one.pic_name.casefold()) == wanted), None)
    return query if found is None else evolve(query, product_id=found.product_id, pic_name=found.pic_name)


def _overwritten(condition: Condition) -> Condition:
    if not isinstance(condition, Conjunction | Disjunction):
        return condition
    left, right = _overwritten(condition.left), _overwritten(condition.right)
    same = isinstance(left, Comparison) and isinstance(right, Comparison) and left.attribute == right.attribute
    return right if same else type(condition)(left, right)


FAULTS = (
    Fault(
        "filter-start-ignored",
        "Every page of a filtered search is the first.",
        ("filter.everywhere", "paging.beyond"),
        query=_first_when_filtered,
    ),
    Fault(
        "filter-first-page-only",
        "Later pages are not filtered.",
        ("filter.everywhere", "paging.counters", "paging.beyond"),
        query=_unfiltered_later,
    ),
    Fault("filter-scores-anew", "Filtered entries have another Score.", ("ranking.steady",), found=_scored_anew),
    Fault(
        "category-start-ignored",
        "With a category given every page is the first.",
        ("categoryid.selected",),
        query=_first_in_categories,
    ),
    Fault("pages-capped", "No page has more than fifty entries.", ("paging.full", "paging.total"), query=_capped),
    Fault("start-wraps", "Start begins anew after two hundred places.", ("paging.concatenation",), query=_wrapped),
    Fault("names-in-any-case", "The letters of a name may be of either case.", ("image.exact",), query=_in_any_case),
)
