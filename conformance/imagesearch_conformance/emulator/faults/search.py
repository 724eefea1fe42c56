"""Defects of the search: what is looked for, and which entries come back in which order."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.search import Query, SearchResult, search


def search_again(query: Query, context: FaultContext) -> SearchResult:
    """What another query finds."""
    return search(context.store, query, context.contract.category.generic_category)


def _add_entry(result: SearchResult, context: FaultContext) -> SearchResult:
    more = search_again(evolve(result.query, count=result.query.count + 1), context)
    return evolve(result, entries=more.entries)


def _reverse_entries(result: SearchResult, _context: FaultContext) -> SearchResult:
    return evolve(result, entries=result.entries[::-1])


def _rotate_entries(result: SearchResult, context: FaultContext) -> SearchResult:
    turn = context.increment_count(("restless", result.query)) % max(len(result.entries), 1)
    return evolve(result, entries=result.entries[turn:] + result.entries[:turn])


def _repeat_first_entry(result: SearchResult, _context: FaultContext) -> SearchResult:
    first = result.entries[:1] if len(result.entries) > 1 else ()
    return evolve(result, entries=first + result.entries[: len(result.entries) - len(first)])


def _drop_last_entry(result: SearchResult, _context: FaultContext) -> SearchResult:
    return evolve(result, entries=result.entries[:-1])


def _drop_query_image(result: SearchResult, _context: FaultContext) -> SearchResult:
    kept = tuple((image, score) for image, score in result.entries if image is not result.image)
    return evolve(result, entries=kept)


def _count_entries_so_far(result: SearchResult, _context: FaultContext) -> SearchResult:
    return evolve(result, matched=result.query.start + len(result.entries))


def _shift_start(query: Query, offset: int) -> Query:
    return evolve(query, start=query.start + offset) if query.start else query


def _substitute_missing_image(query: Query, context: FaultContext) -> Query:
    if context.store.image(query.instance, query.product_id, query.pic_name) is not None:
        return query
    instead = next(context.store.dataset.instance_images(query.instance), None)
    return query if instead is None else evolve(query, product_id=instead.product_id, pic_name=instead.pic_name)


def _find_by_picture(query: Query, context: FaultContext) -> Query:
    images = context.store.dataset.instance_images(query.instance)
    found = next((image for image in images if image.pic_name == query.pic_name), None)
    return query if found is None else evolve(query, product_id=found.product_id)


def _find_by_product(query: Query, context: FaultContext) -> Query:
    images = context.store.dataset.instance_images(query.instance)
    found = next((image for image in images if image.product_id == query.product_id), None)
    return query if found is None else evolve(query, pic_name=found.pic_name)


def _find_in_any_instance(query: Query, context: FaultContext) -> Query:
    images = context.store.dataset.images
    found = next((one for one in images if (one.product_id, one.pic_name) == (query.product_id, query.pic_name)), None)
    return query if found is None else evolve(query, instance=found.instance)


def _lower_scores(result: SearchResult, context: FaultContext) -> SearchResult:
    """Scores are a little lower from request to request, the order stays."""
    drift = (context.request_number % 50 + 1) / 1e6
    return evolve(result, entries=tuple((image, score * (1 - drift)) for image, score in result.entries))


FAULTS = (
    Fault(
        "entries-above-num",
        "A reply has one entry more than asked for.",
        ("response.auctions.limit", "paging.concatenation"),
        result=_add_entry,
    ),
    Fault(
        "entries-one-short",
        "The last entry of every page is lost.",
        ("paging.full", "paging.prefix", "paging.concatenation", "paging.total"),
        result=_drop_last_entry,
    ),
    Fault(
        "entries-repeated",
        "The first entry of a page stands there twice.",
        ("paging.concatenation",),
        result=_repeat_first_entry,
    ),
    Fault(
        "image-itself-missing",
        "An image does not find itself.",
        ("paging.full", "paging.prefix", "paging.concatenation", "paging.total", "ranking.found"),
        result=_drop_query_image,
    ),
    Fault(
        "ranking-ascending",
        "The least similar entry comes first.",
        ("paging.prefix", "paging.concatenation", "ranking.score"),
        result=_reverse_entries,
    ),
    Fault(
        "ranking-unstable",
        "The order of entries changes from request to request.",
        ("paging.repeatable", "response.repeatable", "ranking.score"),
        result=_rotate_entries,
    ),
    Fault(
        "start-ignored",
        "Every page is the first.",
        ("filter.everywhere", "paging.concatenation", "paging.beyond"),
        query=lambda query, _: evolve(query, start=0),
    ),
    Fault(
        "pages-overlap",
        "A page begins with the last entry of the one before.",
        ("filter.everywhere", "paging.concatenation"),
        query=lambda query, _: _shift_start(query, -1),
    ),
    Fault(
        "pages-skip",
        "Between two pages an entry is lost.",
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
        "Scores differ from request to request.",
        ("response.repeatable",),
        order_dependent=("ranking.steady",),
        result=_lower_scores,
    ),
    Fault(
        "absent-image-found",
        "An absent image finds what another would.",
        ("image.known", "image.exact", "instances.isolated"),
        query=_substitute_missing_image,
    ),
    Fault(
        "product-ignored",
        "The PicName alone names the image.",
        ("image.known", "image.identity"),
        query=_find_by_picture,
    ),
    Fault(
        "picture-ignored",
        "The ProductId alone names the image.",
        ("image.*", "wire.nonascii", "wire.reserved", "wire.spaces"),
        query=_find_by_product,
    ),
    Fault(
        "instances-shared",
        "An image of any instance is found in every one.",
        ("instances.isolated",),
        query=_find_in_any_instance,
    ),
)
