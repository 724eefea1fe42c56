"""Requests that leave entries out of a ranking: below a Score, or beyond the best of each product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.pages import Page, page, unsteady, whole_ranking
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.contract.parameters import written
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.relation import Relation


def narrowing(shop: Workshop) -> Iterator[Case]:
    """All relations between a narrowed search and the whole one, where the contract has such parameters."""
    if shop.contract.narrowing.threshold is not None:
        yield from _thresholds(shop, shop.contract.narrowing.threshold)
    if shop.contract.narrowing.distinct is not None:
        yield from _distinct(shop, shop.contract.narrowing.distinct)


def _thresholds(shop: Workshop, name: str) -> Iterator[Case]:
    key = shop.contract.parameter(name).key
    yield _default(shop, name, whole_ranking(shop)[-1])
    # Of the first page, so that a threshold makes it shorter.
    scores = sorted(one.score for one in shop.survey.entries[: shop.most] if one.score is not None)
    chosen: Mapping[str, float] = {
        variant: scores[int(part * (len(scores) - 1))]
        for variant, part in (("low", 0.2), ("middle", 0.5), ("high", 0.9))
        if scores
    }
    for variant in ("low", "middle", "high"):
        least = _text(shop, chosen[variant]) if variant in chosen else None
        yield _narrowed(shop, f"{key}.removes/{variant}", name, least, Relation.THRESHOLD)
    yield _narrowed(shop, f"{key}.inclusive/equal", name, _equal(shop, scores), Relation.THRESHOLD_INCLUSIVE)


def _text(shop: Workshop, score: float) -> str:
    """The score as a threshold, cut to the digits that one has."""
    scale = 10**shop.contract.narrowing.decimals
    return f"{int(score * scale) / scale:.{shop.contract.narrowing.decimals}f}"


def _equal(shop: Workshop, scores: list[float]) -> str | None:
    """A threshold that is the Score of an entry, of one that others are above and below where there is one."""
    decimals = shop.contract.narrowing.decimals
    exact = [one for one in scores if float(f"{one:.{decimals}f}") == one]
    return f"{exact[len(exact) // 2]:.{decimals}f}" if exact else None


def _narrowed(shop: Workshop, case_id: str, name: str, least: str | None, relation: Relation) -> Case:
    title = f"{name} is {least or '...'}, beside the whole ranking"
    if least is None:
        return shop.inapplicable(case_id, title, "no entry shows a Score that a threshold can be made of")
    return _beside_whole(shop, case_id, title, {name: least}, relation)


def _distinct(shop: Workshop, name: str) -> Iterator[Case]:
    key, given = shop.contract.parameter(name).key, {name: written(value=True)}
    yield _default(shop, name, whole_ranking(shop)[0])
    products = [one.image.product_id for one in shop.survey.entries]
    relations = {"complete": Relation.DISTINCT_COMPLETE, "best": Relation.DISTINCT_BEST}
    for about, relation in relations.items():
        case_id, title = f"{key}.{about}/true", f"{name} is true, beside the whole ranking"
        if len(set(products)) == len(products):
            yield shop.inapplicable(case_id, title, "no product has two entries in the ranking")
        else:
            yield _beside_whole(shop, case_id, title, given, relation)


def _default(shop: Workshop, name: str, one: Page) -> Case:
    """A page as long as there may be, without the parameter and with its default."""
    parameter = shop.contract.parameter(name)
    case_id, title = f"{parameter.key}.default/page", f"{name} left out and at its default, on a long page"
    if reason := unsteady(shop):
        return shop.inapplicable(case_id, title, reason)
    probes = (page(shop, one), page(shop, one, **{name: written(parameter.default)}))
    case = shop.accepted(case_id, title, probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.SAME_ENTRIES)


def _beside_whole(shop: Workshop, case_id: str, title: str, given: Mapping[str, str], relation: Relation) -> Case:
    if reason := unsteady(shop):
        return shop.inapplicable(case_id, title, reason)
    whole = [page(shop, one) for one in whole_ranking(shop)]
    narrowed = page(shop, (0, shop.most), **given)
    return evolve(shop.accepted(case_id, title, narrowed.request), probes=(*whole, narrowed), relation=relation)
