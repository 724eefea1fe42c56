"""What holds of filters and categories on every page and beside every other parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_conditions import most_common_value, representative_attributes
from imagesearch_conformance.cases.paging import Page, first_page_unreliable_reason, page_probe
from imagesearch_conformance.filters.ast import ComparisonNode
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Image

Parameters = Mapping[str, str]


def filters_across_pages_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Pages of filtered searches, filters beside categories, and the category that is predicted, given."""
    yield from _filtered_page_cases(builder)
    yield from _category_cases(builder)


def _filtered_page_cases(builder: CaseBuilder) -> Iterator[Case]:
    filtering, category = _broad_filter(builder), _category_parameter(builder)
    pages: Sequence[Page] = [(0, builder.max_page_size), (0, 7), (7, 7), (14, 3)]
    beside = [((0, builder.max_page_size), filtering), ((0, builder.max_page_size), filtering | category)]
    paged = [(one, filtering) for one in pages]
    missing = None if filtering else "the entries show no value of an attribute"
    unreported = missing or (None if category else "no category is reported")
    title = "pages of a filtered search"
    yield _related_pages_case(builder, "filter.everywhere/pages", title, paged, Relation.SLICES, missing)
    yield _related_pages_case(builder, "paging.counters/filtered", title, paged, Relation.SAME_COUNTERS, missing)
    title = "a filter alone, and beside the category that is reported"
    yield _related_pages_case(builder, "filter.everywhere/category", title, beside, Relation.SAME_ENTRIES, unreported)
    yield from _score_cases(builder, filtering, missing)
    yield _other_category_case(builder, filtering, missing)


def _score_cases(builder: CaseBuilder, filter_parameter: Parameters, missing_reason: str | None) -> Iterator[Case]:
    images = builder.survey.images or (builder.image,)
    for variant, image in zip(("first", "second"), images, strict=False):
        pages = [((0, builder.max_page_size), {}), ((0, builder.max_page_size), filter_parameter)]
        title = "the scores of a search, and of the same one filtered"
        yield _related_pages_case(
            builder, f"ranking.steady/{variant}", title, pages, Relation.SAME_SCORES, missing_reason, image
        )


def _other_category_case(builder: CaseBuilder, filter_parameter: Parameters, missing_reason: str | None) -> Case:
    """A filter beside a category that the image is not in: what is reported and listed has to be of that one."""
    choice = builder.contract.parameter(builder.contract.category.parameter)
    other = next((str(one) for one in choice.enum if one != builder.survey.predicted_category), None)
    case_id, title = "filter.everywhere/other-category", "a filter beside another category"
    if missing_reason or other is None or not builder.has_product_instance:
        return builder.not_applicable_case(case_id, title, missing_reason or "there is one category only")
    return builder.success_case(case_id, title, builder.request({**filter_parameter, choice.name: other}))


def _category_cases(builder: CaseBuilder) -> Iterator[Case]:
    category = _category_parameter(builder)
    reason = None if category else "no category is reported"
    for variant, one in (("first-page", (0, builder.max_page_size)), ("later-page", (7, 7))):
        title = "the category that is reported, given and left out"
        pages = [(one, {}), (one, category)]
        yield _related_pages_case(
            builder, f"categoryid.selected/{variant}", title, pages, Relation.SAME_ENTRIES, reason
        )


def _related_pages_case(  # noqa: PLR0913, PLR0917 the parts of a case
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
    probes = tuple(_with_image(builder, page_probe(builder, one, **given), image) for one, given in pages)
    return evolve(builder.success_case(case_id, title, probes[-1].request), probes=probes, relation=relation)


def _with_image(builder: CaseBuilder, probe: Probe, image: Image | None) -> Probe:
    if image is None:
        return probe
    names = dict(zip(builder.contract.image.parameters, (image.product_id, image.pic_name), strict=True))
    return evolve(probe, request=probe.request.with_parameters(names))


def _broad_filter(builder: CaseBuilder) -> dict[str, str]:
    """A filter that keeps many entries: everything but the value shown most often, or half of the integers."""
    for attribute in representative_attributes(builder):
        signs, values = builder.contract.filter_rules.operators[attribute], builder.filterable_values[attribute]
        if attribute in builder.contract.filter_rules.integer_attributes:
            middle = sorted(map(int, values))[len(values) // 2]
            return builder.filter_parameter(render(ComparisonNode(attribute, signs["at-least"], middle)))
        return builder.filter_parameter(render(ComparisonNode(attribute, signs["unequal"], most_common_value(values))))
    return {}


def _category_parameter(builder: CaseBuilder) -> dict[str, str]:
    """The category that the survey saw reported, where it may be given."""
    choice = builder.contract.parameter(builder.contract.category.parameter)
    return (
        {choice.name: str(builder.survey.predicted_category)}
        if builder.survey.predicted_category in choice.enum and builder.has_product_instance
        else {}
    )
