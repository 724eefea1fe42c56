"""Faults of the search: image, category, entries, order, cached responses."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.search import Query, SearchResult, search
from imagesearch_conformance.model.target import InstanceType
from imagesearch_conformance.signing.encoding import Pairs, parameters


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


def _report_first_category(result: SearchResult, context: FaultContext) -> SearchResult:
    if context.store.instance_type(result.query.instance) is not InstanceType.GENERIC:
        return result
    return evolve(result, category=int(context.contract.parameter(context.roles.category).enum[0]))


def _report_predicted_category(result: SearchResult, _context: FaultContext) -> SearchResult:
    return result if result.image is None else evolve(result, category=result.image.category)


def _clear_fields(**fields: None) -> Hook[Query]:
    return lambda query, _context: evolve(query, **fields)


def _mix_categories(result: SearchResult, context: FaultContext) -> SearchResult:
    query, image = result.query, result.image
    if image is None:
        return result
    categories = dict.fromkeys(stored.category for stored in context.store.dataset.instance_images(query.instance))
    rankings = (
        context.store.ranking(image.id, query.instance, category, query.condition, query.missing_as_blank)
        for category in categories
    )
    ranking = sorted((entry for entries in rankings for entry in entries), key=lambda entry: -entry[1])
    stop = min(query.start + query.count, query.limit)
    return evolve(result, entries=tuple(ranking[query.start : stop]), matched=len(ranking))


def _search_predicted_category(result: SearchResult, context: FaultContext) -> SearchResult:
    if result.query.category is None:
        return result
    predicted = search_again(evolve(result.query, category=None), context)
    return evolve(result, entries=predicted.entries, matched=predicted.matched)


def _report_given_category(result: SearchResult, context: FaultContext) -> SearchResult:
    category = dict(parameters(context.request)).get(context.roles.category, "")
    return evolve(result, category=int(category)) if category.isdecimal() else result


def _reject_category_on_generic(pairs: Pairs, context: FaultContext) -> Pairs:
    """Empty the instance name of a generic instance that is given a category, so that it is rejected."""
    values = dict(pairs)
    generic = context.store.instance_type(values.get(context.roles.instance, "")) is InstanceType.GENERIC
    if not generic or context.roles.category not in values:
        return pairs
    return tuple((name, "" if name == context.roles.instance else value) for name, value in pairs)


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
    Fault(
        "category-ignored",
        "CategoryId is ignored.",
        ("response.picinfo.categoryid.given",),
        query=_clear_fields(category=None),
    ),
    Fault(
        "category-predicted-reported",
        "The predicted category is reported instead of the given one.",
        ("response.picinfo.categoryid.given", "ranking.category"),
        result=_report_predicted_category,
    ),
    Fault(
        "generic-category-wrong",
        "A generic instance reports another category than the general one.",
        ("response.picinfo.categoryid.generic", "ranking.category"),
        result=_report_first_category,
    ),
    Fault(
        "categories-mixed",
        "Entries of all categories are returned although one category is reported.",
        ("ranking.category",),
        result=_mix_categories,
    ),
    Fault(
        "category-reported-only",
        "A given category is reported but not searched.",
        ("ranking.category",),
        result=_search_predicted_category,
    ),
    # Filtered searches send the reported category as CategoryId and get other entries.
    Fault(
        "generic-category-given",
        "A generic instance reports the given category.",
        ("response.picinfo.categoryid.generic", "ranking.category"),
        result=_report_given_category,
    ),
    Fault(
        "generic-category-refused",
        "A generic instance rejects CategoryId.",
        ("categoryid.optional",),
        parameters=_reject_category_on_generic,
    ),
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
