"""Defects of pages: where they begin, how long they are, and what lies beyond the last."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.searching import again
from imagesearch_conformance.emulator.search import Found, Query
from imagesearch_conformance.signing.encoding import Pairs


def _as_page_number(query: Query, _about: Circumstances) -> Query:
    return evolve(query, start=query.start * query.count)


def _until(query: Query, _about: Circumstances) -> Query:
    """Num is read as the place of the last entry."""
    return evolve(query, count=max(query.count - query.start, 0)) if query.start < query.count else query


def _always_default(query: Query, about: Circumstances) -> Query:
    default = about.contract.parameter(about.roles.count).default or 1
    return evolve(query, count=int(default))


def _last_instead(found: Found, about: Circumstances) -> Found:
    """Beyond the last page comes the last page again."""
    query = found.query
    if found.entries or not found.matched:
        return found
    start = max(found.matched - query.count, 0)
    return evolve(found, entries=again(evolve(query, start=start), about).entries)


def _tied(found: Found) -> list[float]:
    return [score for _, score in found.entries]


def _restless_ties(found: Found, about: Circumstances) -> Found:
    """Entries of equal score come in another order each time."""
    asked = about.turn(("restless ties", found.query))
    place = {score: at for at, score in enumerate(dict.fromkeys(_tied(found)))}
    entries = sorted(found.entries, key=lambda one: (place[one[1]], hash((asked, one[0].id))))
    return evolve(found, entries=tuple(entries))


def _ties_dropped(found: Found, _about: Circumstances) -> Found:
    """Of entries of equal score one is kept, as where scores are keys."""
    kept = {score: image for image, score in reversed(found.entries)}
    return evolve(found, entries=tuple((image, score) for image, score in found.entries if kept[score] is image))


def _capped(found: Found, about: Circumstances) -> Found:
    """The counter of matches never exceeds the longest page."""
    most = about.contract.parameter(about.roles.count).maximum or found.matched
    return evolve(found, matched=min(found.matched, most))


def _late_refused(pairs: Pairs, about: Circumstances) -> Pairs:
    """What reaches exactly to the end of the window is taken for what reaches beyond it."""
    given = dict(reversed(pairs))
    names = (about.contract.window.start, about.contract.window.count)
    values = [given.get(name, "") for name in names]
    if not all(value.isdecimal() for value in values) or sum(map(int, values)) != about.contract.window.maximum:
        return pairs
    return tuple((name, str(int(value) + 1) if name == names[0] else value) for name, value in pairs)


FAULTS = (
    Fault(
        "start-as-page-number",
        "Start counts pages.",
        ("filter.everywhere", "paging.concatenation"),
        query=_as_page_number,
    ),
    Fault("num-as-end", "Num is the place of the last entry.", ("paging.concatenation",), query=_until),
    Fault(
        "num-ignored",
        "Every page has as many entries as by default.",
        ("response.auctions.limit", "paging.full", "paging.total"),
        query=_always_default,
    ),
    Fault("beyond-last-again", "Beyond the last page comes the last page.", ("paging.beyond",), found=_last_instead),
    Fault(
        "ties-unstable",
        "Entries of equal score change places from request to request.",
        ("response.repeatable",),
        sometimes=("paging.*", "num.default", "filter.everywhere"),
        found=_restless_ties,
    ),
    Fault(
        "ties-dropped",
        "Of entries of equal score one is left.",
        ("paging.full", "paging.concatenation", "paging.total"),
        found=_ties_dropped,
    ),
    Fault(
        "total-capped",
        "The counter of matches never exceeds the longest page.",
        ("paging.counters",),
        found=_capped,
    ),
    Fault(
        "window-end-refused",
        "What reaches to the end of the window is refused.",
        ("paging.beyond", "start.maximum", "window.within"),
        given=_late_refused,
    ),
)
