"""Learns the ranking of one image: its pages, whether they fit together, and images that share a part of a name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from attrs import evolve

from imagesearch_conformance.cases.identity import PICTURE, PRODUCT, first_two
from imagesearch_conformance.cases.pages import page, ranking_pages, seam
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.reading import Reading
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image
from imagesearch_conformance.runner.asking import Asking

#: A budget of fewer requests than this leaves none for learning a whole ranking.
_ENOUGH = 30


def exploration(shop: Workshop, budget: int | None) -> tuple[Probe, ...]:
    """The requests that it takes at the most: the longest pages one after the other, and one across two of them."""
    if budget is not None and budget < _ENOUGH:
        return ()
    return tuple(page(shop, one) for one in (*ranking_pages(shop), seam(shop)))


def explore(shop: Workshop, budget: int | None, asking: Asking) -> Survey:
    """The survey of the shop with the ranking, learned page by page until one is not full.

    With several jobs, pages that the counters of the first one promise are asked for at once.
    """
    probes = exploration(shop, budget)
    if not probes:
        return evolve(shop.survey, unranked=f"a budget of {budget} requests leaves none for learning a ranking")
    *pages, across = probes
    first = asking.one(pages[0])
    ahead = pages[1 : _promised(shop, first)] if asking.jobs > 1 else []
    readings = [first, *asking.all([*ahead, across] if ahead else [])]
    last = readings.pop() if ahead else None
    for probe in pages[len(readings) :]:
        if len(_entries(shop, readings[-1])) != shop.most:
            break
        readings.append(asking.one(probe))
    return _explored(shop, _whole(shop, readings), last if ahead else asking.one(across))


def _promised(shop: Workshop, first: Reading | None) -> int:
    """How many longest pages there are by the counters of the first one, if it is full."""
    if first is None or len(_entries(shop, first)) != shop.most:
        return 0
    return math.ceil(max((one for one in first.counters if one is not None), default=0) / shop.most)


def _whole(shop: Workshop, readings: Iterable[Reading | None]) -> list[Entry]:
    """The entries of all pages up to one that is not full."""
    found: list[Entry] = []
    for reading in readings:
        some = _entries(shop, reading)
        found += some
        if len(some) != shop.most:
            break
    return found


def _entries(shop: Workshop, reading: Reading | None) -> tuple[Entry, ...]:
    return () if reading is None else entries_of(shop.contract, reading)


def _explored(shop: Workshop, found: Sequence[Entry], across: Reading | None) -> Survey:
    first, count = seam(shop)
    expected = [one.image for one in found[first : first + count]]
    listed = [one.image for one in _entries(shop, across)]
    coherent = _unique(found) and listed == expected
    return evolve(
        shop.survey,
        entries=tuple(found),
        relatives=tuple(_relatives(shop.target.instance.images, found)),
        coherent=coherent,
        sound_start=coherent or _sound_start(shop, found, listed),
    )


def _unique(entries: Sequence[Entry]) -> bool:
    return all(one.named for one in entries) and len({one.image for one in entries}) == len(entries)


def _sound_start(shop: Workshop, found: Sequence[Entry], across: Sequence[Image]) -> bool:
    """Whether the first page is as it should be, although others are not: full or followed by nothing, and in order."""
    first = found[: shop.most]
    falling = all((one.score or 0) >= (other.score or 0) for one, other in pairwise(first))
    full = len(first) == shop.most or not across
    return _unique(first) and full and falling and shop.image in {one.image for one in first}


def _relatives(known: Sequence[Image], found: Iterable[Entry]) -> list[Image]:
    """Listed images that make up a pair of one product, and a pair of one picture name, where none is known."""
    listed = [one.image for one in found if one.image.plain]
    images = list(dict.fromkeys((*known, *listed)))
    pairs = (first_two(images, part) for part in (PRODUCT, PICTURE))
    return list(dict.fromkeys(one for pair in pairs for one in pair if one not in known))
