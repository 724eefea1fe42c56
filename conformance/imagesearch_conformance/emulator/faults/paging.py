"""Defects of pages: where they begin, how long they are, and what lies beyond the last."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.search import search_again
from imagesearch_conformance.emulator.search import Query, SearchResult
from imagesearch_conformance.signing.encoding import Pairs


def _treat_start_as_page_number(query: Query, _context: FaultContext) -> Query:
    return evolve(query, start=query.start * query.count)


def _treat_num_as_end(query: Query, _context: FaultContext) -> Query:
    """Num is read as the place of the last entry."""
    return evolve(query, count=max(query.count - query.start, 0)) if query.start < query.count else query


def _use_default_num(query: Query, context: FaultContext) -> Query:
    default = context.contract.parameter(context.roles.count).default or 1
    return evolve(query, count=int(default))


def _repeat_last_page(result: SearchResult, context: FaultContext) -> SearchResult:
    """Beyond the last page comes the last page again."""
    query = result.query
    if result.entries or not result.matched:
        return result
    start = max(result.matched - query.count, 0)
    return evolve(result, entries=search_again(evolve(query, start=start), context).entries)


def _scores(result: SearchResult) -> list[float]:
    return [score for _, score in result.entries]


def _shuffle_ties(result: SearchResult, context: FaultContext) -> SearchResult:
    """Entries of equal score come in another order each time."""
    asked = context.increment_count(("restless ties", result.query))
    place = {score: at for at, score in enumerate(dict.fromkeys(_scores(result)))}
    entries = sorted(result.entries, key=lambda one: (place[one[1]], hash((asked, one[0].id))))
    return evolve(result, entries=tuple(entries))


def _drop_ties(result: SearchResult, _context: FaultContext) -> SearchResult:
    """Of entries of equal score one is kept, as where scores are keys."""
    kept = {score: image for image, score in reversed(result.entries)}
    return evolve(result, entries=tuple((image, score) for image, score in result.entries if kept[score] is image))


def _cap_total(result: SearchResult, context: FaultContext) -> SearchResult:
    """The counter of matches never exceeds the longest page."""
    most = context.contract.parameter(context.roles.count).maximum or result.matched
    return evolve(result, matched=min(result.matched, most))


def _reject_window_end(pairs: Pairs, context: FaultContext) -> Pairs:
    """What reaches exactly to the end of the window is taken for what reaches beyond it."""
    given = dict(reversed(pairs))
    names = (context.contract.window.start_parameter, context.contract.window.count_parameter)
    values = [given.get(name, "") for name in names]
    if not all(value.isdecimal() for value in values) or sum(map(int, values)) != context.contract.window.maximum:
        return pairs
    return tuple((name, str(int(value) + 1) if name == names[0] else value) for name, value in pairs)


FAULTS = (
    Fault(
        "start-as-page-number",
        "Start counts pages.",
        ("filter.everywhere", "paging.concatenation"),
        query=_treat_start_as_page_number,
    ),
    Fault("num-as-end", "Num is the place of the last entry.", ("paging.concatenation",), query=_treat_num_as_end),
    Fault(
        "num-ignored",
        "Every page has as many entries as by default.",
        ("response.auctions.limit", "paging.full", "paging.total"),
        query=_use_default_num,
    ),
    Fault(
        "beyond-last-again", "Beyond the last page comes the last page.", ("paging.beyond",), result=_repeat_last_page
    ),
    Fault(
        "ties-unstable",
        "Entries of equal score change places from request to request.",
        ("response.repeatable",),
        order_dependent=("paging.*", "num.default", "filter.everywhere"),
        result=_shuffle_ties,
    ),
    Fault(
        "ties-dropped",
        "Of entries of equal score one is left.",
        ("paging.full", "paging.concatenation", "paging.total"),
        result=_drop_ties,
    ),
    Fault(
        "total-capped",
        "The counter of matches never exceeds the longest page.",
        ("paging.counters",),
        result=_cap_total,
    ),
    Fault(
        "window-end-refused",
        "What reaches to the end of the window is refused.",
        ("paging.beyond", "start.maximum", "window.within"),
        parameters=_reject_window_end,
    ),
)
