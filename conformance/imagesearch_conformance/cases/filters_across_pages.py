"""Filters and categories must behave alike on each page and with each other parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_conditions import most_common_value, representative_attributes
from imagesearch_conformance.cases.paging import Page, first_page_unreliable_reason, page_probe
from imagesearch_conformance.filters.ast import ComparisonNode, render
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.target import Image

Parameters = Mapping[str, str]


def filters_across_pages_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield pages of filtered searches, filters with a category, and searches in the predicted category."""
    yield from _filtered_page_cases(builder)
    yield from _predicted_category_cases(builder)


def _filtered_page_cases(builder: CaseBuilder) -> Iterator[Case]:
    broad_filter, category = _broad_filter(builder), _category_parameter(builder)
    longest: Page = (0, builder.max_page_size)
    pages = [(page, broad_filter) for page in (longest, (0, 7), (7, 7), (14, 3))]
    with_category = [(longest, broad_filter), (longest, broad_filter | category)]
    no_filter = None if broad_filter else "the entries have no value of an attribute"
    no_category = no_filter or (None if category else "no category is reported")
    title = "pages of a filtered search"
    yield _filtered_case(builder, "filter.everywhere/pages", title, pages, Relation.SLICES, no_filter)
    yield _filtered_case(builder, "paging.counters/filtered", title, pages, Relation.SAME_COUNTERS, no_filter)
    title = "a filter alone, and with the reported category"
    case_id = "filter.everywhere/category"
    yield _filtered_case(builder, case_id, title, with_category, Relation.SAME_ENTRIES, no_category)
    yield from _score_cases(builder, broad_filter, no_filter)
    yield _other_category_case(builder, broad_filter, no_filter)


def _score_cases(builder: CaseBuilder, filter_parameter: Parameters, missing_reason: str | None) -> Iterator[Case]:
    images = builder.survey.images or (builder.image,)
    for variant, image in zip(("first", "second"), images, strict=False):
        pages = [((0, builder.max_page_size), {}), ((0, builder.max_page_size), filter_parameter)]
        title = "the scores of a search, and of the same search with a filter"
        yield _filtered_case(
            builder, f"ranking.steady/{variant}", title, pages, Relation.SAME_SCORES, missing_reason, image
        )


def _other_category_case(builder: CaseBuilder, filter_parameter: Parameters, missing_reason: str | None) -> Case:
    """Return a case with a category that the image is not in: entries and the reported category have to be of it."""
    parameter = builder.contract.parameter(builder.contract.category.parameter)
    categories = (str(category) for category in parameter.enum if category != builder.survey.predicted_category)
    other = next(categories, None)
    case_id, title = "filter.everywhere/other-category", "a filter with another category"
    if missing_reason or other is None or not builder.has_product_instance:
        return builder.not_applicable_case(case_id, title, missing_reason or "there is only one category")
    return builder.success_case(case_id, title, builder.request({**filter_parameter, parameter.name: other}))


def _predicted_category_cases(builder: CaseBuilder) -> Iterator[Case]:
    category = _category_parameter(builder)
    reason = None if category else "no category is reported"
    for variant, page in (("first-page", (0, builder.max_page_size)), ("later-page", (7, 7))):
        title = "the reported category, given and left out"
        pages = [(page, {}), (page, category)]
        yield _filtered_case(builder, f"categoryid.selected/{variant}", title, pages, Relation.SAME_ENTRIES, reason)


def _filtered_case(  # noqa: PLR0913, PLR0917 the parts of a case
    builder: CaseBuilder,
    case_id: str,
    title: str,
    pages: Sequence[tuple[Page, Parameters]],
    relation: Relation,
    missing_reason: str | None,
    image: Image | None = None,
) -> Case:
    if reason := first_page_unreliable_reason(builder) or missing_reason:
        return builder.not_applicable_case(case_id, title, reason)
    probes = tuple(_with_image(builder, page_probe(builder, page, **parameters), image) for page, parameters in pages)
    return evolve(builder.success_case(case_id, title, probes[-1].request), probes=probes, relation=relation)


def _with_image(builder: CaseBuilder, probe: Probe, image: Image | None) -> Probe:
    if image is None:
        return probe
    names = dict(zip(builder.contract.image.parameters, (image.product_id, image.pic_name), strict=True))
    return evolve(probe, request=probe.request.with_parameters(names))


def _broad_filter(builder: CaseBuilder) -> dict[str, str]:
    """Return a filter that many entries satisfy: all but the most common value, or half of the integers."""
    for attribute in representative_attributes(builder):
        signs, values = builder.contract.filter_rules.operators[attribute], builder.filterable_values[attribute]
        if attribute in builder.contract.filter_rules.integer_attributes:
            median = sorted(map(int, values))[len(values) // 2]
            return builder.filter_parameter(render(ComparisonNode(attribute, signs["at-least"], median)))
        return builder.filter_parameter(render(ComparisonNode(attribute, signs["unequal"], most_common_value(values))))
    return {}


def _category_parameter(builder: CaseBuilder) -> dict[str, str]:
    """Return the category that the target reported in the survey, where a request may give it."""
    parameter = builder.contract.parameter(builder.contract.category.parameter)
    if builder.survey.predicted_category not in parameter.enum or not builder.has_product_instance:
        return {}
    return {parameter.name: str(builder.survey.predicted_category)}
