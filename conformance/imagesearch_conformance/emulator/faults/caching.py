"""Faults of caches: the cache key lacks one parameter, so a cached response answers a different request."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.search import Query, SearchResult


def _cache_fault(
    parameter: str,
    violates: tuple[str, ...],
    cache_key: Callable[[Query], Query],
    order_dependent: tuple[str, ...] = (),
) -> Fault:
    name = f"cache-ignores-{parameter.lower()}"

    def hook(result: SearchResult, context: FaultContext) -> SearchResult:
        cached: SearchResult = context.state.setdefault((name, cache_key(result.query)), result)
        return cached

    return Fault(name, f"The cache ignores {parameter}.", violates, order_dependent=order_dependent, result=hook)


#: Order dependent: the first request decides which response is cached.
_PAGE_REQUIREMENTS = ("paging.*", "filter.everywhere", "categoryid.selected")

FAULTS = (
    _cache_fault("InstanceName", ("instances.isolated",), lambda query: evolve(query, instance="")),
    _cache_fault("ProductId", ("image.known", "image.identity"), lambda query: evolve(query, product_id="")),
    _cache_fault(
        "PicName",
        ("image.*", "wire.nonascii", "wire.reserved", "wire.spaces"),
        lambda query: evolve(query, pic_name=""),
    ),
    _cache_fault(
        "CategoryId",
        ("response.picinfo.categoryid.given",),
        lambda query: evolve(query, category=None),
        ("categoryid.*", "filter.everywhere", "response.picinfo.categoryid.generic"),
    ),
    _cache_fault(
        "Num",
        ("response.auctions.limit",),
        lambda query: evolve(query, count=0),
        ("num.*", "paging.*", "window.within"),
    ),
    _cache_fault("Start", ("paging.concatenation",), lambda query: evolve(query, start=0), _PAGE_REQUIREMENTS),
    _cache_fault(
        "Filter",
        ("filter.partition",),
        lambda query: evolve(query, condition=None),
        ("filter.int_attr.*", "filter.str_attr.*", "filter.absent", *_PAGE_REQUIREMENTS),
    ),
)
