"""Defects that show only where parameters meet: pages of filtered searches, filters beside categories."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.search import Query, SearchResult
from imagesearch_conformance.filters.ast import ComparisonNode, Condition, ConjunctionNode, DisjunctionNode

#: How many entries a page has at most, and after how many places Start begins anew.
_MAX_PAGE_SIZE, _START_MODULUS = 50, 200


def _ignore_start_with_filter(query: Query, _context: FaultContext) -> Query:
    return query if query.condition is None else evolve(query, start=0)


def _drop_filter_on_later_pages(query: Query, _context: FaultContext) -> Query:
    return evolve(query, condition=None) if query.start else query


def _ignore_start_with_category(query: Query, _context: FaultContext) -> Query:
    return query if query.category is None else evolve(query, start=0)


def _rescale_filtered_scores(result: SearchResult, _context: FaultContext) -> SearchResult:
    if result.query.condition is None:
        return result
    return evolve(result, entries=tuple((image, score * 0.9) for image, score in result.entries))


def _cap_count(query: Query, _context: FaultContext) -> Query:
    return evolve(query, count=min(query.count, _MAX_PAGE_SIZE))


def _wrap_start(query: Query, _context: FaultContext) -> Query:
    return evolve(query, start=query.start % _START_MODULUS)


def _ignore_name_case(query: Query, context: FaultContext) -> Query:
    wanted = (query.product_id.casefold(), query.pic_name.casefold())
    images = context.store.dataset.instance_images(query.instance)
    found = next((one for one in images if (one.product_id.casefold(), one.pic_name.casefold()) == wanted), None)
    return query if found is None else evolve(query, product_id=found.product_id, pic_name=found.pic_name)


def _keep_last_comparison(condition: Condition) -> Condition:
    if not isinstance(condition, ConjunctionNode | DisjunctionNode):
        return condition
    left, right = _keep_last_comparison(condition.left), _keep_last_comparison(condition.right)
    same = isinstance(left, ComparisonNode) and isinstance(right, ComparisonNode) and left.attribute == right.attribute
    return right if same else type(condition)(left, right)


FAULTS = (
    Fault(
        "filter-start-ignored",
        "Every page of a filtered search is the first.",
        ("filter.everywhere", "paging.beyond"),
        query=_ignore_start_with_filter,
    ),
    Fault(
        "filter-first-page-only",
        "Later pages are not filtered.",
        ("filter.everywhere", "paging.counters", "paging.beyond"),
        query=_drop_filter_on_later_pages,
    ),
    Fault(
        "filter-scores-anew",
        "Filtered entries have another Score.",
        ("ranking.steady",),
        result=_rescale_filtered_scores,
    ),
    Fault(
        "category-start-ignored",
        "With a category given every page is the first.",
        ("categoryid.selected",),
        query=_ignore_start_with_category,
    ),
    Fault("pages-capped", "No page has more than fifty entries.", ("paging.full", "paging.total"), query=_cap_count),
    Fault("start-wraps", "Start begins anew after two hundred places.", ("paging.concatenation",), query=_wrap_start),
    Fault(
        "names-in-any-case", "The letters of a name may be of either case.", ("image.exact",), query=_ignore_name_case
    ),
)
