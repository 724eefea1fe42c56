"""Defects of the search: what is looked for, and which entries come back in which order."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.search import Found, Query, search


def again(query: Query, about: Circumstances) -> Found:
    """What another query finds."""
    return search(about.store, query, about.contract.category.generic)


def _one_too_many(found: Found, about: Circumstances) -> Found:
    more = again(evolve(found.query, count=found.query.count + 1), about)
    return evolve(found, entries=more.entries)


def _ascending(found: Found, _about: Circumstances) -> Found:
    return evolve(found, entries=found.entries[::-1])


def _restless(found: Found, about: Circumstances) -> Found:
    turn = about.turn(("restless", found.query)) % max(len(found.entries), 1)
    return evolve(found, entries=found.entries[turn:] + found.entries[:turn])


def _first_twice(found: Found, _about: Circumstances) -> Found:
    first = found.entries[:1] if len(found.entries) > 1 else ()
    return evolve(found, entries=first + found.entries[: len(found.entries) - len(first)])


def _without_last(found: Found, _about: Circumstances) -> Found:
    return evolve(found, entries=found.entries[:-1])


def _without_itself(found: Found, _about: Circumstances) -> Found:
    kept = tuple((image, score) for image, score in found.entries if image is not found.image)
    return evolve(found, entries=kept)


def _total_of_pages_so_far(found: Found, _about: Circumstances) -> Found:
    return evolve(found, matched=found.query.start + len(found.entries))


def _shifted(query: Query, by: int) -> Query:
    return evolve(query, start=query.start + by) if query.start else query


def _for_absent_image(query: Query, about: Circumstances) -> Query:
    if about.store.image(query.instance, query.product_id, query.pic_name) is not None:
        return query
    instead = next(about.store.dataset.of_instance(query.instance), None)
    return query if instead is None else evolve(query, product_id=instead.product_id, pic_name=instead.pic_name)


def _by_picture_alone(query: Query, about: Circumstances) -> Query:
    images = about.store.dataset.of_instance(query.instance)
    found = next((image for image in images if image.pic_name == query.pic_name), None)
    return query if found is None else evolve(query, product_id=found.product_id)


def _by_product_alone(query: Query, about: Circumstances) -> Query:
    images = about.store.dataset.of_instance(query.instance)
    found = next((image for image in images if image.product_id == query.product_id), None)
    return query if found is None else evolve(query, pic_name=found.pic_name)


def _from_anywhere(query: Query, about: Circumstances) -> Query:
    images = about.store.dataset.images
    found = next((one for one in images if (one.product_id, one.pic_name) == (query.product_id, query.pic_name)), None)
    return query if found is None else evolve(query, instance=found.instance)


def _drifting(found: Found, about: Circumstances) -> Found:
    """Scores are a little lower from request to request, the order stays."""
    drift = (about.serial % 50 + 1) / 1e6
    return evolve(found, entries=tuple((image, score * (1 - drift)) for image, score in found.entries))


FAULTS = (
    Fault(
        "entries-above-num",
        "A reply has one entry more than asked for.",
        ("response.auctions.limit", "paging.concatenation"),
        found=_one_too_many,
    ),
    Fault(
        "entries-one-short",
        "The last entry of every page is lost.",
        ("paging.full", "paging.prefix", "paging.concatenation", "paging.total"),
        found=_without_last,
    ),
    Fault(
        "entries-repeated",
        "The first entry of a page stands there twice.",
        ("paging.concatenation",),
        found=_first_twice,
    ),
    Fault(
        "image-itself-missing",
        "An image does not find itself.",
        ("paging.full", "paging.prefix", "paging.concatenation", "paging.total", "ranking.found"),
        found=_without_itself,
    ),
    Fault(
        "ranking-ascending",
        "The least similar entry comes first.",
        ("paging.prefix", "paging.concatenation", "ranking.score"),
        found=_ascending,
    ),
    Fault(
        "ranking-unstable",
        "The order of entries changes from request to request.",
        ("paging.repeatable", "response.repeatable", "ranking.score"),
        found=_restless,
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
        query=lambda query, _: _shifted(query, -1),
    ),
    Fault(
        "pages-skip",
        "Between two pages an entry is lost.",
        ("filter.everywhere", "paging.concatenation", "paging.total"),
        query=lambda query, _: _shifted(query, 1),
    ),
    Fault(
        "total-of-page",
        "The number of matches grows from page to page.",
        ("paging.counters",),
        found=_total_of_pages_so_far,
    ),
    Fault(
        "scores-drift",
        "Scores differ from request to request.",
        ("response.repeatable",),
        sometimes=("ranking.steady",),
        found=_drifting,
    ),
    Fault(
        "absent-image-found",
        "An absent image finds what another would.",
        ("image.known", "image.exact", "instances.isolated"),
        query=_for_absent_image,
    ),
    Fault(
        "product-ignored",
        "The PicName alone names the image.",
        ("image.known", "image.identity"),
        query=_by_picture_alone,
    ),
    Fault(
        "picture-ignored",
        "The ProductId alone names the image.",
        ("image.*", "wire.nonascii", "wire.reserved", "wire.spaces"),
        query=_by_product_alone,
    ),
    Fault(
        "instances-shared",
        "An image of any instance is found in every one.",
        ("instances.isolated",),
        query=_from_anywhere,
    ),
)
