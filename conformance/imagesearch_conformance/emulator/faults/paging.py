"""Faults of paging: the start and length of pages, ties, and pages beyond the end."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.search import search_again
from imagesearch_conformance.emulator.search import Query, SearchResult
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
)
