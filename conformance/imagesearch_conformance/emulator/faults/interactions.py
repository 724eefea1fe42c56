"""Faults that only combinations of parameters show, such as pages of filtered searches."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.search import Query, SearchResult
from imagesearch_conformance.filters.ast import ComparisonNode, Condition, ConjunctionNode, DisjunctionNode

#: The maximum number of entries on a page, and the value at which Start wraps around.
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
    names = (query.product_id.casefold(), query.pic_name.casefold())
    images = context.store.dataset.instance_images(query.instance)
    image = next((image for image in images if (image.product_id.casefold(), image.pic_name.casefold()) == names), None)
    return query if image is None else evolve(query, product_id=image.product_id, pic_name=image.pic_name)


def _keep_last_comparison(condition: Condition) -> Condition:
    if not isinstance(condition, ConjunctionNode | DisjunctionNode):
        return condition
    left, right = _keep_last_comparison(condition.left), _keep_last_comparison(condition.right)
    same = isinstance(left, ComparisonNode) and isinstance(right, ComparisonNode) and left.attribute == right.attribute
    return right if same else type(condition)(left, right)


FAULTS = (
    Fault(
        "filter-start-ignored",
        "Start is ignored if Filter is given.",
        ("filter.everywhere", "paging.beyond"),
        query=_ignore_start_with_filter,
    ),
    Fault(
        "filter-first-page-only",
        "Filter is applied to the first page only.",
        ("filter.everywhere", "paging.counters", "paging.beyond"),
        query=_drop_filter_on_later_pages,
    ),
    Fault(
        "filter-scores-anew",
        "Score changes if Filter is given.",
        ("ranking.steady",),
        result=_rescale_filtered_scores,
    ),
    Fault(
        "category-start-ignored",
        "Start is ignored if CategoryId is given.",
        ("categoryid.selected",),
        query=_ignore_start_with_category,
    ),
    Fault("pages-capped", "Pages contain at most 50 entries.", ("paging.full", "paging.total"), query=_cap_count),
    Fault("start-wraps", "Start wraps around at 200.", ("paging.concatenation",), query=_wrap_start),
    Fault("names-in-any-case", "Names are matched without regard to case.", ("image.exact",), query=_ignore_name_case),
)
