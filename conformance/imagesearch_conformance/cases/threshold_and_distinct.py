"""Requests that leave entries out of a ranking: below a Score, or beyond the best of each product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.paging import Page, known_ranking_pages, page_probe, ranking_unreliable_reason
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Relation


def threshold_and_distinct_cases(builder: CaseBuilder) -> Iterator[Case]:
    """All relations between a narrowed search and the whole one, where the contract has such parameters."""
    if builder.contract.result_filters.threshold_parameter is not None:
        yield from _threshold_cases(builder, builder.contract.result_filters.threshold_parameter)
    if builder.contract.result_filters.distinct_parameter is not None:
        yield from _distinct_cases(builder, builder.contract.result_filters.distinct_parameter)


def _threshold_cases(builder: CaseBuilder, name: str) -> Iterator[Case]:
    key = builder.contract.parameter(name).key
    yield _default_case(builder, name, known_ranking_pages(builder)[-1])
    # Of the first page, so that a threshold makes it shorter.
    scores = sorted(one.score for one in builder.survey.entries[: builder.max_page_size] if one.score is not None)
    chosen: Mapping[str, float] = {
        variant: scores[int(part * (len(scores) - 1))]
        for variant, part in (("low", 0.2), ("middle", 0.5), ("high", 0.9))
        if scores
    }
    for variant in ("low", "middle", "high"):
        least = _format_threshold(builder, chosen[variant]) if variant in chosen else None
        yield _threshold_case(builder, f"{key}.removes/{variant}", name, least, Relation.THRESHOLD)
    yield _threshold_case(
        builder, f"{key}.inclusive/equal", name, _exact_threshold(builder, scores), Relation.THRESHOLD_INCLUSIVE
    )


def _format_threshold(builder: CaseBuilder, score: float) -> str:
    """The score as a threshold, cut to the digits that one has."""
    scale = 10**builder.contract.result_filters.threshold_decimals
    return f"{int(score * scale) / scale:.{builder.contract.result_filters.threshold_decimals}f}"


def _exact_threshold(builder: CaseBuilder, scores: list[float]) -> str | None:
    """A threshold that is the Score of an entry, of one that others are above and below where there is one."""
    decimals = builder.contract.result_filters.threshold_decimals
    exact = [one for one in scores if float(f"{one:.{decimals}f}") == one]
    return f"{exact[len(exact) // 2]:.{decimals}f}" if exact else None


def _threshold_case(builder: CaseBuilder, case_id: str, name: str, threshold: str | None, relation: Relation) -> Case:
    title = f"{name} is {threshold or '...'}, beside the whole ranking"
    if threshold is None:
        return builder.not_applicable_case(case_id, title, "no entry shows a Score that a threshold can be made of")
    return _ranking_subset_case(builder, case_id, title, {name: threshold}, relation)


def _distinct_cases(builder: CaseBuilder, name: str) -> Iterator[Case]:
    key, given = builder.contract.parameter(name).key, {name: to_wire_value(value=True)}
    yield _default_case(builder, name, known_ranking_pages(builder)[0])
    products = [one.image.product_id for one in builder.survey.entries]
    relations = {"complete": Relation.DISTINCT_COMPLETE, "best": Relation.DISTINCT_BEST}
    for about, relation in relations.items():
        case_id, title = f"{key}.{about}/true", f"{name} is true, beside the whole ranking"
        if len(set(products)) == len(products):
            yield builder.not_applicable_case(case_id, title, "no product has two entries in the ranking")
        else:
            yield _ranking_subset_case(builder, case_id, title, given, relation)


def _default_case(builder: CaseBuilder, name: str, page_range: Page) -> Case:
    """A page as long as there may be, without the parameter and with its default."""
    parameter = builder.contract.parameter(name)
    case_id, title = f"{parameter.key}.default/page", f"{name} left out and at its default, on a long page"
    if reason := ranking_unreliable_reason(builder):
        return builder.not_applicable_case(case_id, title, reason)
    probes = (
        page_probe(builder, page_range),
        page_probe(builder, page_range, **{name: to_wire_value(parameter.default)}),
    )
    case = builder.success_case(case_id, title, probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.SAME_ENTRIES)


def _ranking_subset_case(
    builder: CaseBuilder, case_id: str, title: str, parameters: Mapping[str, str], relation: Relation
) -> Case:
    if reason := ranking_unreliable_reason(builder):
        return builder.not_applicable_case(case_id, title, reason)
    whole = [page_probe(builder, one) for one in known_ranking_pages(builder)]
    narrowed = page_probe(builder, (0, builder.max_page_size), **parameters)
    return evolve(builder.success_case(case_id, title, narrowed.request), probes=(*whole, narrowed), relation=relation)
