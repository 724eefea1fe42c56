"""Survey the ranking of one image: its pages, whether they are consistent, and images that share part of a name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.image_identity import PIC_NAME, PRODUCT_ID, first_pair_sharing
from imagesearch_conformance.cases.paging import all_ranking_pages, overlapping_page, page_probe
from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.parsed_response import ParsedResponse
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image
from imagesearch_conformance.runner.concurrent_requests import ConcurrentRequests

#: Smallest budget with which the ranking is surveyed.
_MIN_BUDGET = 30


def ranking_probes(builder: CaseBuilder, budget: int | None) -> tuple[Probe, ...]:
    """Return the requests for the ranking, at most: every page of the largest size, and one across two pages."""
    if budget is not None and budget < _MIN_BUDGET:
        return ()
    return tuple(page_probe(builder, page) for page in (*all_ranking_pages(builder), overlapping_page(builder)))


def survey_ranking(builder: CaseBuilder, budget: int | None, requests: ConcurrentRequests) -> Survey:
    """Return the builder's survey with the ranking, requested page by page up to one that is not full.

    With several jobs, the pages announced by the counters of the first one are requested at once.
    """
    probes = ranking_probes(builder, budget)
    if not probes:
        reason = f"a budget of {budget} requests is too small to survey the ranking"
        return evolve(builder.survey, ranking_skipped_reason=reason)
    *page_probes, overlap_probe = probes
    first = requests.send(page_probes[0])
    ahead = page_probes[1 : _announced_page_count(builder, first)] if requests.jobs > 1 else []
    pages = [first, *requests.send_all([*ahead, overlap_probe] if ahead else [])]
    overlap = pages.pop() if ahead else None
    for probe in page_probes[len(pages) :]:
        if len(_entries(builder, pages[-1])) != builder.max_page_size:
            break
        pages.append(requests.send(probe))
    return _add_ranking(builder, _collect_entries(builder, pages), overlap if ahead else requests.send(overlap_probe))


def _announced_page_count(builder: CaseBuilder, first_page: ParsedResponse | None) -> int:
    """Return how many pages the counters of the first page announce; 0 if it is not full."""
    if first_page is None or len(_entries(builder, first_page)) != builder.max_page_size:
        return 0
    counters = (counter for counter in first_page.counters if counter is not None)
    return math.ceil(max(counters, default=0) / builder.max_page_size)


def _collect_entries(builder: CaseBuilder, pages: Iterable[ParsedResponse | None]) -> list[Entry]:
    """Return the entries of all pages up to one that is not full."""
    entries: list[Entry] = []
    for page in pages:
        page_entries = _entries(builder, page)
        entries += page_entries
        if len(page_entries) != builder.max_page_size:
            break
    return entries


def _entries(builder: CaseBuilder, page: ParsedResponse | None) -> tuple[Entry, ...]:
    return () if page is None else parse_entries(builder.contract, page)


def _add_ranking(builder: CaseBuilder, entries: Sequence[Entry], overlap: ParsedResponse | None) -> Survey:
    start, count = overlapping_page(builder)
    expected = [entry.image for entry in entries[start : start + count]]
    actual = [entry.image for entry in _entries(builder, overlap)]
    consistent = _has_unique_entries(entries) and actual == expected
    return evolve(
        builder.survey,
        entries=tuple(entries),
        discovered_images=tuple(_discover_images(builder.target.instance.images, entries)),
        pages_consistent=consistent,
        first_page_valid=consistent or _is_first_page_valid(builder, entries, actual),
    )


def _has_unique_entries(entries: Sequence[Entry]) -> bool:
    return all(entry.is_identifiable for entry in entries) and len({entry.image for entry in entries}) == len(entries)


def _is_first_page_valid(builder: CaseBuilder, entries: Sequence[Entry], overlap: Sequence[Image]) -> bool:
    """Return whether the first page alone is valid: full or followed by nothing, and ordered by score."""
    page = entries[: builder.max_page_size]
    is_ordered = all((entry.score or 0) >= (following.score or 0) for entry, following in pairwise(page))
    is_full = len(page) == builder.max_page_size or not overlap
    return _has_unique_entries(page) and is_full and is_ordered and builder.image in {entry.image for entry in page}


def _discover_images(known_images: Sequence[Image], entries: Iterable[Entry]) -> list[Image]:
    """Return listed images that complete a pair of equal product id, and a pair of equal picture name."""
    listed = [entry.image for entry in entries if entry.image.is_printable_ascii]
    images = list(dict.fromkeys((*known_images, *listed)))
    pairs = (first_pair_sharing(images, part) for part in (PRODUCT_ID, PIC_NAME))
    return list(dict.fromkeys(image for pair in pairs for image in pair if image not in known_images))
