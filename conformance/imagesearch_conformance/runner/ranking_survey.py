"""Learns the ranking of one image: its pages, whether they fit together, and images that share a part of a name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.image_identity import PIC_NAME, PRODUCT_ID, first_pair_sharing
from imagesearch_conformance.cases.paging import all_ranking_pages, overlapping_page, page_probe
from imagesearch_conformance.checks.parsed_response import ParsedResponse, parse_entries
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image
from imagesearch_conformance.runner.concurrent_requests import ConcurrentRequests

#: A budget of fewer requests than this leaves none for learning a whole ranking.
_MIN_BUDGET = 30


def ranking_probes(builder: CaseBuilder, budget: int | None) -> tuple[Probe, ...]:
    """The requests that it takes at the most: the longest pages one after the other, and one across two of them."""
    if budget is not None and budget < _MIN_BUDGET:
        return ()
    return tuple(page_probe(builder, one) for one in (*all_ranking_pages(builder), overlapping_page(builder)))


def survey_ranking(builder: CaseBuilder, budget: int | None, requests: ConcurrentRequests) -> Survey:
    """The survey of the shop with the ranking, learned page by page until one is not full.

    With several jobs, pages that the counters of the first one promise are asked for at once.
    """
    probes = ranking_probes(builder, budget)
    if not probes:
        return evolve(
            builder.survey, ranking_skipped_reason=f"a budget of {budget} requests leaves none for learning a ranking"
        )
    *pages, across = probes
    first = requests.send(pages[0])
    ahead = pages[1 : _announced_page_count(builder, first)] if requests.jobs > 1 else []
    readings = [first, *requests.send_all([*ahead, across] if ahead else [])]
    last = readings.pop() if ahead else None
    for probe in pages[len(readings) :]:
        if len(_entries(builder, readings[-1])) != builder.max_page_size:
            break
        readings.append(requests.send(probe))
    return _add_ranking(builder, _collect_entries(builder, readings), last if ahead else requests.send(across))


def _announced_page_count(builder: CaseBuilder, first_page: ParsedResponse | None) -> int:
    """How many longest pages there are by the counters of the first one, if it is full."""
    if first_page is None or len(_entries(builder, first_page)) != builder.max_page_size:
        return 0
    return math.ceil(max((one for one in first_page.counters if one is not None), default=0) / builder.max_page_size)


def _collect_entries(builder: CaseBuilder, responses: Iterable[ParsedResponse | None]) -> list[Entry]:
    """The entries of all pages up to one that is not full."""
    found: list[Entry] = []
    for reading in responses:
        some = _entries(builder, reading)
        found += some
        if len(some) != builder.max_page_size:
            break
    return found


def _entries(builder: CaseBuilder, response: ParsedResponse | None) -> tuple[Entry, ...]:
    return () if response is None else parse_entries(builder.contract, response)


def _add_ranking(builder: CaseBuilder, entries: Sequence[Entry], overlap: ParsedResponse | None) -> Survey:
    first, count = overlapping_page(builder)
    expected = [one.image for one in entries[first : first + count]]
    listed = [one.image for one in _entries(builder, overlap)]
    coherent = _has_unique_entries(entries) and listed == expected
    return evolve(
        builder.survey,
        entries=tuple(entries),
        discovered_images=tuple(_discover_images(builder.target.instance.images, entries)),
        pages_consistent=coherent,
        first_page_valid=coherent or _is_first_page_sound(builder, entries, listed),
    )


def _has_unique_entries(entries: Sequence[Entry]) -> bool:
    return all(one.is_identifiable for one in entries) and len({one.image for one in entries}) == len(entries)


def _is_first_page_sound(builder: CaseBuilder, entries: Sequence[Entry], overlap: Sequence[Image]) -> bool:
    """Whether the first page is as it should be, although others are not: full or followed by nothing, and in order."""
    first = entries[: builder.max_page_size]
    falling = all((one.score or 0) >= (other.score or 0) for one, other in pairwise(first))
    full = len(first) == builder.max_page_size or not overlap
    return _has_unique_entries(first) and full and falling and builder.image in {one.image for one in first}


def _discover_images(known_images: Sequence[Image], entries: Iterable[Entry]) -> list[Image]:
    """Listed images that make up a pair of one product, and a pair of one picture name, where none is known."""
    listed = [one.image for one in entries if one.image.is_printable_ascii]
    images = list(dict.fromkeys((*known_images, *listed)))
    pairs = (first_pair_sharing(images, part) for part in (PRODUCT_ID, PIC_NAME))
    return list(dict.fromkeys(one for pair in pairs for one in pair if one not in known_images))
