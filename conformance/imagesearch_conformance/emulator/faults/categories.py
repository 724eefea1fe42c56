"""Faults of the category that is searched or reported."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.search import search_again
from imagesearch_conformance.emulator.search import Query, SearchResult
from imagesearch_conformance.model.target import InstanceType
from imagesearch_conformance.signing.encoding import Pairs, parameters


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


FAULTS = (
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
)
