"""Faults of the search: the image looked up, the entries returned and their order."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.search import Query, SearchResult, search


def search_again(query: Query, context: FaultContext) -> SearchResult:
    """Return the result of another query."""
    return search(context.store, query, context.contract.category.generic_category)


def _add_entry(result: SearchResult, context: FaultContext) -> SearchResult:
    longer = search_again(evolve(result.query, count=result.query.count + 1), context)
    return evolve(result, entries=longer.entries)


def _reverse_entries(result: SearchResult, _context: FaultContext) -> SearchResult:
    return evolve(result, entries=result.entries[::-1])


def _rotate_entries(result: SearchResult, context: FaultContext) -> SearchResult:
    offset = context.increment_count(("unstable ranking", result.query)) % max(len(result.entries), 1)
    return evolve(result, entries=result.entries[offset:] + result.entries[:offset])


def _repeat_first_entry(result: SearchResult, _context: FaultContext) -> SearchResult:
    first = result.entries[:1] if len(result.entries) > 1 else ()
    return evolve(result, entries=first + result.entries[: len(result.entries) - len(first)])


def _drop_last_entry(result: SearchResult, _context: FaultContext) -> SearchResult:
    return evolve(result, entries=result.entries[:-1])


def _drop_query_image(result: SearchResult, _context: FaultContext) -> SearchResult:
    entries = tuple((image, score) for image, score in result.entries if image is not result.image)
    return evolve(result, entries=entries)


def _count_entries_so_far(result: SearchResult, _context: FaultContext) -> SearchResult:
    return evolve(result, matched=result.query.start + len(result.entries))


def _shift_start(query: Query, offset: int) -> Query:
    return evolve(query, start=query.start + offset) if query.start else query


def _substitute_missing_image(query: Query, context: FaultContext) -> Query:
    if context.store.image(query.instance, query.product_id, query.pic_name) is not None:
        return query
    image = next(context.store.dataset.instance_images(query.instance), None)
    return query if image is None else evolve(query, product_id=image.product_id, pic_name=image.pic_name)


def _find_by_picture(query: Query, context: FaultContext) -> Query:
    images = context.store.dataset.instance_images(query.instance)
    same_name = next((image for image in images if image.pic_name == query.pic_name), None)
    return query if same_name is None else evolve(query, product_id=same_name.product_id)


def _find_by_product(query: Query, context: FaultContext) -> Query:
    images = context.store.dataset.instance_images(query.instance)
    same_product = next((image for image in images if image.product_id == query.product_id), None)
    return query if same_product is None else evolve(query, pic_name=same_product.pic_name)


def _find_in_any_instance(query: Query, context: FaultContext) -> Query:
    names = (query.product_id, query.pic_name)
    images = context.store.dataset.images
    namesake = next((image for image in images if (image.product_id, image.pic_name) == names), None)
    return query if namesake is None else evolve(query, instance=namesake.instance)


def _lower_scores(result: SearchResult, context: FaultContext) -> SearchResult:
    """Lower all scores a little with every request; the order stays."""
    drift = (context.request_number % 50 + 1) / 1e6
    return evolve(result, entries=tuple((image, score * (1 - drift)) for image, score in result.entries))


FAULTS = (
    Fault(
        "entries-above-num",
        "A response contains one entry more than Num.",
        ("response.auctions.limit", "paging.concatenation"),
        result=_add_entry,
    ),
    Fault(
        "entries-one-short",
        "The last entry of every page is missing.",
        ("paging.full", "paging.prefix", "paging.concatenation", "paging.total"),
        result=_drop_last_entry,
    ),
    Fault(
        "entries-repeated",
        "The first entry of every page is repeated.",
        ("paging.concatenation",),
        result=_repeat_first_entry,
    ),
    Fault(
        "image-itself-missing",
        "The image searched with is missing from its results.",
        ("paging.full", "paging.prefix", "paging.concatenation", "paging.total", "ranking.found"),
        result=_drop_query_image,
    ),
    Fault(
        "ranking-ascending",
        "Entries are sorted from least to most similar.",
        ("paging.prefix", "paging.concatenation", "ranking.score"),
        result=_reverse_entries,
    ),
    Fault(
        "ranking-unstable",
        "The order of entries changes between requests.",
        ("paging.repeatable", "response.repeatable", "ranking.score"),
        result=_rotate_entries,
    ),
    Fault(
        "start-ignored",
        "Start is ignored.",
        ("filter.everywhere", "paging.concatenation", "paging.beyond"),
        query=lambda query, _: evolve(query, start=0),
    ),
    Fault(
        "pages-overlap",
        "Every page begins with the last entry of the page before.",
        ("filter.everywhere", "paging.concatenation"),
        query=lambda query, _: _shift_start(query, -1),
    ),
    Fault(
        "pages-skip",
        "One entry is missing between consecutive pages.",
        ("filter.everywhere", "paging.concatenation", "paging.total"),
        query=lambda query, _: _shift_start(query, 1),
    ),
    Fault(
        "total-of-page",
        "The number of matches grows from page to page.",
        ("paging.counters",),
        result=_count_entries_so_far,
    ),
    Fault(
        "scores-drift",
        "Scores change between requests.",
        ("response.repeatable",),
        order_dependent=("ranking.steady",),
        result=_lower_scores,
    ),
    Fault(
        "absent-image-found",
        "A missing image is replaced with another image.",
        ("image.known", "image.exact", "instances.isolated"),
        query=_substitute_missing_image,
    ),
    Fault(
        "product-ignored",
        "The image is identified by PicName alone.",
        ("image.known", "image.identity"),
        query=_find_by_picture,
    ),
    Fault(
        "picture-ignored",
        "The image is identified by ProductId alone.",
        ("image.*", "wire.nonascii", "wire.reserved", "wire.spaces"),
        query=_find_by_product,
    ),
    Fault(
        "instances-shared",
        "The image is looked up in all instances.",
        ("instances.isolated",),
        query=_find_in_any_instance,
    ),
)
