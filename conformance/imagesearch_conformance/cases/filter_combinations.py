"""Filters of several conditions, compared with the filters of the single conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder, any_documented_outcome
from imagesearch_conformance.cases.filter_conditions import (
    filtered_page_probe,
    most_common_value,
    reference_probes,
    representative_attributes,
    values_by_frequency,
)
from imagesearch_conformance.cases.paging import first_page_unreliable_reason
from imagesearch_conformance.filters.ast import (
    OPPOSITE_OPERATORS,
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    render,
)
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Relation

#: The requirements of this module: `filter.` and these names.
_REQUIREMENTS = ("and", "or", "precedence", "spacing", "keywords", "parentheses", "partition")


@frozen
class ConditionTriple:
    """Three different conditions."""

    first: ComparisonNode
    second: ComparisonNode
    third: ComparisonNode


def filter_combination_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield each documented way to join conditions, and the ways that the documentation does not specify."""
    conditions, reason = _choose_conditions(builder), first_page_unreliable_reason(builder)
    if conditions is None or reason:
        yield from _not_applicable_combinations(builder, reason or "the entries have too few values of attributes")
    else:
        yield from _and_or_cases(builder, conditions)
        yield from _same_attribute_cases(builder)
        yield from _precedence_cases(builder, conditions)
        yield from _spelling_cases(builder, conditions)
        yield from _partition_cases(builder)


def _not_applicable_combinations(builder: CaseBuilder, reason: str) -> Iterator[Case]:
    for name in _REQUIREMENTS:
        title = "several conditions, compared with the filters of the single conditions"
        yield builder.not_applicable_case(f"filter.{name}/any", title, reason)


def _and_or_cases(builder: CaseBuilder, conditions: ConditionTriple) -> Iterator[Case]:
    a, b, c = conditions.first, conditions.second, conditions.third
    yield _combination_case(builder, "filter.and/both", (a, b), ConjunctionNode(a, b))
    yield _combination_case(builder, "filter.and/other", (b, c), ConjunctionNode(c, b))
    yield _combination_case(builder, "filter.and/three", (a, b, c), ConjunctionNode(ConjunctionNode(a, b), c))
    yield _combination_case(builder, "filter.or/either", (a, b), DisjunctionNode(a, b))
    yield _combination_case(builder, "filter.or/other", (b, c), DisjunctionNode(c, b))
    yield _combination_case(builder, "filter.or/three", (a, b, c), DisjunctionNode(DisjunctionNode(a, b), c))


def _same_attribute_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Two conditions on the same attribute: a range, either of two values, neither of two."""
    for attribute in representative_attributes(builder):
        signs, values = (
            builder.contract.filter_rules.operators[attribute],
            values_by_frequency(builder.filterable_values[attribute])[:2],
        )
        for junction, operator in (("or", "equal"), ("and", "unequal")):
            if operator in signs and len(values) > 1:
                sides = [ComparisonNode(attribute, signs[operator], value) for value in values]
                yield _pair_case(builder, f"filter.{junction}/{attribute}-{operator}", junction, sides)
        if attribute in builder.contract.filter_rules.integer_attributes:
            ordered = sorted(map(int, builder.filterable_values[attribute]))
            ends = {"at-least": ordered[len(ordered) // 4], "at-most": ordered[len(ordered) * 3 // 4]}
            sides = [ComparisonNode(attribute, signs[name], value) for name, value in ends.items()]
            yield _pair_case(builder, f"filter.and/{attribute}-range", "and", sides)


def _pair_case(builder: CaseBuilder, case_id: str, logical_operator: str, conditions: Sequence[ComparisonNode]) -> Case:
    left, right = conditions
    combination = ConjunctionNode(left, right) if logical_operator == "and" else DisjunctionNode(left, right)
    return _combination_case(builder, case_id, conditions, combination)


def _precedence_cases(builder: CaseBuilder, conditions: ConditionTriple) -> Iterator[Case]:
    a, b, c = conditions.first, conditions.second, conditions.third
    parts: tuple[Condition, ...] = (a, b, c, DisjunctionNode(a, b), ConjunctionNode(b, c))
    yield _combination_case(builder, "filter.precedence/last", parts, DisjunctionNode(a, ConjunctionNode(b, c)))
    parts = (a, b, c, ConjunctionNode(a, b), DisjunctionNode(b, c))
    yield _combination_case(builder, "filter.precedence/first", parts, DisjunctionNode(ConjunctionNode(a, b), c))
    parts = (a, b, c, DisjunctionNode(a, b), ConjunctionNode(a, c))
    grouped = _combination_case(builder, "filter.parentheses/group", parts, ConjunctionNode(DisjunctionNode(a, b), c))
    yield _with_any_documented_outcome(builder, grouped)


def _spelling_cases(builder: CaseBuilder, conditions: ConditionTriple) -> Iterator[Case]:
    plain = render(ConjunctionNode(conditions.first, conditions.second))
    yield _same_entries_case(
        builder,
        "filter.spacing/wide",
        plain,
        f"{_render_with_spaces(conditions.first)}  AND  {_render_with_spaces(conditions.second)}",
    )
    yield _with_any_documented_outcome(
        builder, _same_entries_case(builder, "filter.keywords/lower", plain, plain.replace(" AND ", " and "))
    )
    yield _with_any_documented_outcome(
        builder, _same_entries_case(builder, "filter.parentheses/all", plain, f"({plain})")
    )


def _partition_cases(builder: CaseBuilder) -> Iterator[Case]:
    for attribute, names in builder.contract.filter_rules.operators.items():
        values = builder.filterable_values[attribute]
        for name, sign in names.items() if values else ():
            if OPPOSITE_OPERATORS.get(sign) in names.values():
                pair = [
                    ComparisonNode(attribute, operator, most_common_value(values))
                    for operator in (sign, OPPOSITE_OPERATORS[sign])
                ]
                yield _related_filters_case(builder, f"filter.partition/{attribute}-{name}", pair, Relation.PARTITIONED)


def _choose_conditions(builder: CaseBuilder) -> ConditionTriple | None:
    """Return conditions on the most common values, of different attributes where possible."""
    candidates: list[ComparisonNode] = []
    for attribute, signs in builder.contract.filter_rules.operators.items():
        values = builder.filterable_values[attribute]
        candidates += [ComparisonNode(attribute, signs["equal"], value) for value in values_by_frequency(values)[:3]]
        if attribute in builder.contract.filter_rules.integer_attributes and values:
            candidates.append(ComparisonNode(attribute, signs["at-least"], sorted(map(int, values))[len(values) // 2]))
    first = [
        next(candidate for candidate in candidates if candidate.attribute == name)
        for name in representative_attributes(builder)
    ]
    rest = sorted(
        (candidate for candidate in candidates if candidate not in first),
        key=lambda candidate: candidate.operator == "=",
    )
    ordered = [*first, *rest]
    return ConditionTriple(*ordered[:3]) if len(ordered) >= len(ConditionTriple.__attrs_attrs__) else None


def _render_with_spaces(condition: ComparisonNode) -> str:
    operand = render(condition).removeprefix(f"{condition.attribute}{condition.operator}")
    return f" {condition.attribute} {condition.operator} {operand} "


def _combination_case(builder: CaseBuilder, case_id: str, parts: Iterable[Condition], combination: Condition) -> Case:
    return _related_filters_case(builder, case_id, [*parts, combination], Relation.COMBINED)


def _related_filters_case(builder: CaseBuilder, case_id: str, filters: Sequence[Condition], relation: Relation) -> Case:
    """Return a case that compares filters with each other and with the whole ranking."""
    texts = [render(condition) for condition in filters]
    probes = [filtered_page_probe(builder, text) for text in texts]
    title = f"{texts[-1]}, compared with {', '.join(texts[:-1])}"
    case = builder.success_case(case_id, title, probes[-1].request)
    return evolve(case, probes=(*reference_probes(builder), *probes), relation=relation)


def _same_entries_case(builder: CaseBuilder, case_id: str, plain: str, variant: str) -> Case:
    probes = tuple(filtered_page_probe(builder, text) for text in (plain, variant))
    case = builder.success_case(case_id, f"{variant}, compared with {plain}", probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.SAME_ENTRIES)


def _with_any_documented_outcome(builder: CaseBuilder, case: Case) -> Case:
    return evolve(case, expectation=any_documented_outcome(builder.contract))
