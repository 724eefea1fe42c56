"""What holds of filters and categories on every page and beside every other parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from imagesearch_conformance.cases.conditions import common, first_of_kinds
from imagesearch_conformance.cases.pages import Page, page, undependable
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.filters.conditions import Comparison
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Image

Given = Mapping[str, str]


def everywhere(shop: Workshop) -> Iterator[Case]:
    """Pages of filtered searches, filters beside categories, and the category that is predicted, given."""
    yield from _filtered(shop)
    yield from _categories(shop)


def _filtered(shop: Workshop) -> Iterator[Case]:
    filtering, category = _filter(shop), _category(shop)
    pages: Sequence[Page] = [(0, shop.most), (0, 7), (7, 7), (14, 3)]
    beside = [((0, shop.most), filtering), ((0, shop.most), filtering | category)]
    paged = [(one, filtering) for one in pages]
    missing = None if filtering else "the entries show no value of an attribute"
    unreported = missing or (None if category else "no category is reported")
    title = "pages of a filtered search"
    yield _made(shop, "filter.everywhere/pages", title, paged, Relation.SLICES, missing)
    yield _made(shop, "paging.counters/filtered", title, paged, Relation.SAME_COUNTERS, missing)
    title = "a filter alone, and beside the category that is reported"
    yield _made(shop, "filter.everywhere/category", title, beside, Relation.SAME_ENTRIES, unreported)
    yield from _scores(shop, filtering, missing)
    yield _other_category(shop, filtering, missing)


def _scores(shop: Workshop, filtering: Given, missing: str | None) -> Iterator[Case]:
    images = shop.survey.images or (shop.image,)
    for variant, image in zip(("first", "second"), images, strict=False):
        pages = [((0, shop.most), {}), ((0, shop.most), filtering)]
        title = "the scores of a search, and of the same one filtered"
        yield _made(shop, f"ranking.steady/{variant}", title, pages, Relation.SAME_SCORES, missing, image)


def _other_category(shop: Workshop, filtering: Given, missing: str | None) -> Case:
    """A filter beside a category that the image is not in: what is reported and listed has to be of that one."""
    choice = shop.contract.parameter(shop.contract.category.parameter)
    other = next((str(one) for one in choice.enum if one != shop.survey.category), None)
    case_id, title = "filter.everywhere/other-category", "a filter beside another category"
    if missing or other is None or not shop.product:
        return shop.inapplicable(case_id, title, missing or "there is one category only")
    return shop.accepted(case_id, title, shop.request({**filtering, choice.name: other}))


def _categories(shop: Workshop) -> Iterator[Case]:
    category = _category(shop)
    reason = None if category else "no category is reported"
    for variant, one in (("first-page", (0, shop.most)), ("later-page", (7, 7))):
        title = "the category that is reported, given and left out"
        pages = [(one, {}), (one, category)]
        yield _made(shop, f"categoryid.selected/{variant}", title, pages, Relation.SAME_ENTRIES, reason)


def _made(  # noqa: PLR0913, PLR0917 the parts of a case
    shop: Workshop,
    case_id: str,
    title: str,
    pages: Sequence[tuple[Page, Given]],
    relation: Relation,
    missing: str | None,
    image: Image | None = None,
) -> Case:
    if reason := undependable(shop) or missing:
        return shop.inapplicable(case_id, title, reason)
    probes = tuple(_of(shop, page(shop, one, **given), image) for one, given in pages)
    return evolve(shop.accepted(case_id, title, probes[-1].request), probes=probes, relation=relation)


def _of(shop: Workshop, probe: Probe, image: Image | None) -> Probe:
    if image is None:
        return probe
    names = dict(zip(shop.contract.image.parameters, (image.product_id, image.pic_name), strict=True))
    return evolve(probe, request=probe.request.having(names))


def _filter(shop: Workshop) -> dict[str, str]:
    """A filter that keeps many entries: everything but the value shown most often, or half of the integers."""
    for attribute in first_of_kinds(shop):
        signs, values = shop.contract.filters.operators[attribute], shop.shown[attribute]
        if attribute in shop.contract.filters.integers:
            middle = sorted(map(int, values))[len(values) // 2]
            return shop.filtering(render(Comparison(attribute, signs["at-least"], middle)))
        return shop.filtering(render(Comparison(attribute, signs["unequal"], common(values))))
    return {}


def _category(shop: Workshop) -> dict[str, str]:
    """The category that the survey saw reported, where it may be given."""
    choice = shop.contract.parameter(shop.contract.category.parameter)
    return {choice.name: str(shop.survey.category)} if shop.survey.category in choice.enum and shop.product else {}
