"""Faults of paging, also together with filters and categories."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.search import search_again
from imagesearch_conformance.emulator.search import Query, SearchResult
from imagesearch_conformance.filters.ast import ComparisonNode, Condition, ConjunctionNode, DisjunctionNode
from imagesearch_conformance.signing.encoding import Pairs


def _treat_start_as_page_number(query: Query, _context: FaultContext) -> Query:
    return evolve(query, start=query.start * query.count)


def _treat_num_as_end(query: Query, _context: FaultContext) -> Query:
    return evolve(query, count=max(query.count - query.start, 0)) if query.start < query.count else query


def _use_default_num(query: Query, context: FaultContext) -> Query:
    default = context.contract.parameter(context.roles.count).default or 1
    return evolve(query, count=int(default))


def _repeat_last_page(result: SearchResult, context: FaultContext) -> SearchResult:
    query = result.query
    if result.entries or not result.matched:
        return result
    start = max(result.matched - query.count, 0)
    return evolve(result, entries=search_again(evolve(query, start=start), context).entries)


def _scores(result: SearchResult) -> list[float]:
    return [score for _, score in result.entries]


def _shuffle_ties(result: SearchResult, context: FaultContext) -> SearchResult:
    repetition = context.increment_count(("unstable ties", result.query))
    rank = {score: index for index, score in enumerate(dict.fromkeys(_scores(result)))}
    entries = sorted(result.entries, key=lambda entry: (rank[entry[1]], hash((repetition, entry[0].id))))
    return evolve(result, entries=tuple(entries))


def _drop_ties(result: SearchResult, _context: FaultContext) -> SearchResult:
    """Keep one entry of each score, as if scores were keys of a dictionary."""
    first = {score: image for image, score in reversed(result.entries)}
    return evolve(result, entries=tuple((image, score) for image, score in result.entries if first[score] is image))


def _cap_total(result: SearchResult, context: FaultContext) -> SearchResult:
    maximum = context.contract.parameter(context.roles.count).maximum or result.matched
    return evolve(result, matched=min(result.matched, maximum))


def _reject_window_end(pairs: Pairs, context: FaultContext) -> Pairs:
    """Move a page that ends at the end of the window beyond it."""
    first_values = dict(reversed(pairs))
    names = (context.contract.window.start_parameter, context.contract.window.count_parameter)
    values = [first_values.get(name, "") for name in names]
    if not all(value.isdecimal() for value in values) or sum(map(int, values)) != context.contract.window.maximum:
        return pairs
    return tuple((name, str(int(value) + 1) if name == names[0] else value) for name, value in pairs)


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
        "start-as-page-number",
        "Start is treated as a page number.",
        ("filter.everywhere", "paging.concatenation"),
        query=_treat_start_as_page_number,
    ),
    Fault(
        "num-as-end",
        "Num is treated as the position of the last entry.",
        ("paging.concatenation",),
        query=_treat_num_as_end,
    ),
    Fault(
        "num-ignored",
        "Num is ignored.",
        ("response.auctions.limit", "paging.full", "paging.total"),
        query=_use_default_num,
    ),
    Fault(
        "beyond-last-again",
        "The last page is returned again beyond the end of the results.",
        ("paging.beyond",),
        result=_repeat_last_page,
    ),
    Fault(
        "ties-unstable",
        "Entries of equal Score change their order between requests.",
        ("response.repeatable",),
        order_dependent=("paging.*", "num.default", "filter.everywhere"),
        result=_shuffle_ties,
    ),
    Fault(
        "ties-dropped",
        "Only one of several entries of equal Score is returned.",
        ("paging.full", "paging.concatenation", "paging.total"),
        result=_drop_ties,
    ),
    Fault(
        "total-capped",
        "The number of matches never exceeds the maximum of Num.",
        ("paging.counters",),
        result=_cap_total,
    ),
    Fault(
        "window-end-refused",
        "A page that ends exactly at the end of the result window is rejected.",
        ("paging.beyond", "start.maximum", "window.within"),
        parameters=_reject_window_end,
    ),
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
