"""Requests that remove entries from a ranking: below a Score, or all but the best of each product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.paging import Page, known_ranking_pages, page_probe, ranking_unreliable_reason
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Relation


def threshold_and_distinct_cases(builder: CaseBuilder) -> Iterator[Case]:
    if builder.contract.result_filters.threshold_parameter is not None:
        yield from _threshold_cases(builder, builder.contract.result_filters.threshold_parameter)
    if builder.contract.result_filters.distinct_parameter is not None:
        yield from _distinct_cases(builder, builder.contract.result_filters.distinct_parameter)


def _threshold_cases(builder: CaseBuilder, name: str) -> Iterator[Case]:
    key = builder.contract.parameter(name).key
    yield _default_page_case(builder, name, known_ranking_pages(builder)[-1])
    # Scores of the first page, so that a threshold makes that page shorter.
    first_page = builder.survey.entries[: builder.max_page_size]
    scores = sorted(entry.score for entry in first_page if entry.score is not None)
    for variant, quantile in (("low", 0.2), ("middle", 0.5), ("high", 0.9)):
        threshold = _format_threshold(builder, scores[int(quantile * (len(scores) - 1))]) if scores else None
        yield _threshold_case(builder, f"{key}.removes/{variant}", name, threshold, Relation.THRESHOLD)
    yield _threshold_case(
        builder, f"{key}.inclusive/equal", name, _exact_threshold(builder, scores), Relation.THRESHOLD_INCLUSIVE
    )


def _format_threshold(builder: CaseBuilder, score: float) -> str:
    """Return a Score as a threshold, truncated to the decimals that a threshold has."""
    scale = 10**builder.contract.result_filters.threshold_decimals
    return f"{int(score * scale) / scale:.{builder.contract.result_filters.threshold_decimals}f}"


def _exact_threshold(builder: CaseBuilder, scores: list[float]) -> str | None:
    """Return a threshold that equals the Score of an entry, preferably one in the middle of the ranking."""
    decimals = builder.contract.result_filters.threshold_decimals
    exact = [score for score in scores if float(f"{score:.{decimals}f}") == score]
    return f"{exact[len(exact) // 2]:.{decimals}f}" if exact else None


def _threshold_case(builder: CaseBuilder, case_id: str, name: str, threshold: str | None, relation: Relation) -> Case:
    title = f"{name} is {threshold or '...'}, compared with the whole ranking"
    if threshold is None:
        return builder.not_applicable_case(case_id, title, "no entry has a Score that can be a threshold")
    return _ranking_subset_case(builder, case_id, title, {name: threshold}, relation)


def _distinct_cases(builder: CaseBuilder, name: str) -> Iterator[Case]:
    key, parameters = builder.contract.parameter(name).key, {name: to_wire_value(value=True)}
    yield _default_page_case(builder, name, known_ranking_pages(builder)[0])
    products = [entry.image.product_id for entry in builder.survey.entries]
    relations = {"complete": Relation.DISTINCT_COMPLETE, "best": Relation.DISTINCT_BEST}
    for rule, relation in relations.items():
        case_id, title = f"{key}.{rule}/true", f"{name} is true, compared with the whole ranking"
        if len(set(products)) == len(products):
            yield builder.not_applicable_case(case_id, title, "no product has two entries in the ranking")
        else:
            yield _ranking_subset_case(builder, case_id, title, parameters, relation)


def _default_page_case(builder: CaseBuilder, name: str, page_range: Page) -> Case:
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
    ranking = [page_probe(builder, page) for page in known_ranking_pages(builder)]
    subset = page_probe(builder, (0, builder.max_page_size), **parameters)
    return evolve(builder.success_case(case_id, title, subset.request), probes=(*ranking, subset), relation=relation)
