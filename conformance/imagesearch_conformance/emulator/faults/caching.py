"""Defects of caches: the reply of an earlier request that differed only in what the cache leaves out of its key."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.search import Found, Query


def _ignoring(parameter: str, breaks: tuple[str, ...], key: Callable[[Query], Query]) -> Fault:
    name = f"cache-ignores-{parameter.lower()}"

    def hook(found: Found, about: Circumstances) -> Found:
        kept: Found = about.memory.setdefault((name, key(found.query)), found)
        return kept

    return Fault(name, f"Replies are kept, and found again whatever {parameter} is.", breaks, found=hook)


FAULTS = (
    _ignoring("InstanceName", ("instances.isolated",), lambda query: evolve(query, instance="")),
    _ignoring("ProductId", ("image.known", "image.identity"), lambda query: evolve(query, product_id="")),
    _ignoring(
        "PicName",
        ("image.*", "wire.nonascii", "wire.reserved", "wire.spaces"),
        lambda query: evolve(query, pic_name=""),
    ),
    _ignoring("CategoryId", ("response.picinfo.categoryid.given",), lambda query: evolve(query, category=None)),
    _ignoring("Num", ("response.auctions.limit", "paging.full", "paging.total"), lambda query: evolve(query, count=0)),
    _ignoring(
        "Start",
        ("filter.everywhere", "paging.concatenation", "categoryid.selected"),
        lambda query: evolve(query, start=0),
    ),
    _ignoring(
        "Filter",
        (
            "filter.int_attr.*",
            "filter.str_attr.*",
            "filter.everywhere",
            "filter.partition",
            "filter.absent",
            "paging.full",
            "paging.concatenation",
            "paging.counters",
            "categoryid.selected",
        ),
        lambda query: evolve(query, condition=None),
    ),
)
