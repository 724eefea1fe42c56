"""Defects of the search: what is looked for, and which entries come back in which order."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import Found, Query, search
from imagesearch_conformance.filters.conditions import (
    IN,
    NOT_IN,
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    Membership,
)
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.model.target import InstanceType


def _again(query: Query, about: Circumstances) -> Found:
    return search(about.store, query, about.contract.category.generic)


def _one_too_many(found: Found, about: Circumstances) -> Found:
    more = _again(evolve(found.query, count=found.query.count + 1), about)
    return evolve(found, entries=more.entries)


def _ascending(found: Found, _about: Circumstances) -> Found:
    return evolve(found, entries=found.entries[::-1])


def _restless(found: Found, about: Circumstances) -> Found:
    turn = about.serial % max(len(found.entries), 1)
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


def _filtered_late(found: Found, about: Circumstances) -> Found:
    condition = found.query.condition
    if condition is None:
        return found
    whole = _again(evolve(found.query, condition=None), about)
    kept = tuple((image, score) for image, score in whole.entries if satisfies(condition, _named(image, about)))
    return evolve(found, entries=kept)


def _named(image: StoredImage, about: Circumstances) -> dict[str, int | str]:
    columns = about.contract.filters.attributes
    return {name: image.attributes[column] for name, column in columns.items() if column in image.attributes}


def _first_category_on_generic(found: Found, about: Circumstances) -> Found:
    if about.store.instance_type(found.query.instance) is not InstanceType.GENERIC:
        return found
    return evolve(found, category=int(about.contract.parameter(about.roles.category).enum[0]))


def _predicted_reported(found: Found, _about: Circumstances) -> Found:
    return found if found.image is None else evolve(found, category=found.image.category)


def filtering(name: str, description: str, **operators: str) -> Fault:
    """Operators and junctions of filters stand for others; `_SIGNS` has their names."""
    swapped = {_SIGNS[old]: _SIGNS[new] for old, new in operators.items()}

    def hook(query: Query, _about: Circumstances) -> Query:
        return query if query.condition is None else evolve(query, condition=_swapped(query.condition, swapped))

    return Fault(name, description, query=hook)


_SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=", "ne": "!=", "both": "AND", "either": "OR"}
_SIGNS |= {"within": IN, "without": NOT_IN}


def _swapped(condition: Condition, signs: dict[str, str]) -> Condition:
    if isinstance(condition, (Comparison, Membership)):
        return evolve(condition, operator=signs.get(condition.operator, condition.operator))
    written = "AND" if isinstance(condition, Conjunction) else "OR"
    meant = Conjunction if signs.get(written, written) == "AND" else Disjunction
    return meant(_swapped(condition.left, signs), _swapped(condition.right, signs))


def _ignoring(**fields: None) -> Hook[Query]:
    return lambda query, _about: evolve(query, **fields)


FAULTS = (
    Fault("entries-above-num", "A reply has one entry more than asked for.", found=_one_too_many),
    Fault("entries-one-short", "The last entry of every page is lost.", found=_without_last),
    Fault("entries-repeated", "The first entry of a page stands there twice.", found=_first_twice),
    Fault("image-itself-missing", "An image does not find itself.", found=_without_itself),
    Fault("ranking-ascending", "The least similar entry comes first.", found=_ascending),
    Fault("ranking-unstable", "The order of entries changes from request to request.", found=_restless),
    Fault("start-ignored", "Every page is the first.", query=lambda query, _: evolve(query, start=0)),
    Fault(
        "pages-overlap",
        "A page begins with the last entry of the one before.",
        query=lambda query, _: _shifted(query, -1),
    ),
    Fault("pages-skip", "Between two pages an entry is lost.", query=lambda query, _: _shifted(query, 1)),
    Fault("total-of-page", "The number of matches grows from page to page.", found=_total_of_pages_so_far),
    Fault("absent-image-found", "An absent image finds what another would.", query=_for_absent_image),
    Fault("product-ignored", "The PicName alone names the image.", query=_by_picture_alone),
    Fault("category-ignored", "A category given has no effect.", query=_ignoring(category=None)),
    Fault(
        "category-predicted-reported",
        "The category predicted is reported in place of the one given.",
        found=_predicted_reported,
    ),
    Fault("generic-category-wrong", "A generic instance reports another category.", found=_first_category_on_generic),
    Fault("filter-ignored", "A filter has no effect.", query=_ignoring(condition=None)),
    Fault("filter-after-paging", "Pages are cut first and filtered then.", found=_filtered_late),
    filtering("filter-and-as-or", "AND means OR.", both="either"),
    filtering("filter-or-as-and", "OR means AND.", either="both"),
    filtering("filter-greater-inclusive", "Greater means at least.", gt="ge"),
    filtering("filter-less-inclusive", "Less means at most.", lt="le"),
    filtering("filter-at-least-exclusive", "At least means greater.", ge="gt"),
    filtering("filter-at-most-exclusive", "At most means less.", le="lt"),
    filtering("filter-equal-as-unequal", "Equal means unequal.", eq="ne"),
    filtering("filter-unequal-as-equal", "Unequal means equal.", ne="eq"),
)
