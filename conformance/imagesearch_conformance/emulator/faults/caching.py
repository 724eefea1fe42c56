"""Defects of caches: the reply of an earlier request that differed only in what the cache leaves out of its key."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.search import Found, Query


def _ignoring(
    parameter: str, breaks: tuple[str, ...], key: Callable[[Query], Query], sometimes: tuple[str, ...] = ()
) -> Fault:
    name = f"cache-ignores-{parameter.lower()}"

    def hook(found: Found, about: Circumstances) -> Found:
        kept: Found = about.memory.setdefault((name, key(found.query)), found)
        return kept

    said = f"Replies are kept, and found again whatever {parameter} is."
    return Fault(name, said, breaks, sometimes=sometimes, found=hook)


#: Which reply was kept depends on what was asked first.
_PAGES = ("paging.*", "filter.everywhere", "categoryid.selected")

FAULTS = (
    _ignoring("InstanceName", ("instances.isolated",), lambda query: evolve(query, instance="")),
    _ignoring("ProductId", ("image.known", "image.identity"), lambda query: evolve(query, product_id="")),
    _ignoring(
        "PicName",
        ("image.*", "wire.nonascii", "wire.reserved", "wire.spaces"),
        lambda query: evolve(query, pic_name=""),
    ),
    _ignoring(
        "CategoryId",
        ("response.picinfo.categoryid.given",),
        lambda query: evolve(query, category=None),
        ("categoryid.*", "filter.everywhere", "response.picinfo.categoryid.generic"),
    ),
    _ignoring(
        "Num",
        ("response.auctions.limit",),
        lambda query: evolve(query, count=0),
        ("num.*", "paging.*", "window.within"),
    ),
    _ignoring("Start", ("paging.concatenation",), lambda query: evolve(query, start=0), _PAGES),
    _ignoring(
        "Filter",
        ("filter.partition",),
        lambda query: evolve(query, condition=None),
        ("filter.int_attr.*", "filter.str_attr.*", "filter.absent", *_PAGES),
    ),
)
