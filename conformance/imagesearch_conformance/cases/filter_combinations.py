"""Filters of several conditions, beside the filters of each of them."""

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

#: What the cases of this file are for.
_REQUIREMENTS = ("and", "or", "precedence", "spacing", "keywords", "parentheses", "partition")


@frozen
class ConditionTriple:
    """Three different conditions."""

    first: ComparisonNode
    second: ComparisonNode
    third: ComparisonNode


def filter_combination_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Every way in which the page lets conditions be joined, and the ways on which it is silent."""
    parts, reason = _choose_conditions(builder), first_page_unreliable_reason(builder)
    if parts is None or reason:
        yield from _not_applicable_cases(builder, reason or "the entries show too few values of attributes")
    else:
        yield from _and_or_cases(builder, parts)
        yield from _same_attribute_cases(builder)
        yield from _precedence_cases(builder, parts)
        yield from _spelling_cases(builder, parts)
        yield from _partition_cases(builder)


def _not_applicable_cases(builder: CaseBuilder, reason: str) -> Iterator[Case]:
    for name in _REQUIREMENTS:
        title = "several conditions, beside the filters of each of them"
        yield builder.not_applicable_case(f"filter.{name}/any", title, reason)


def _and_or_cases(builder: CaseBuilder, conditions: ConditionTriple) -> Iterator[Case]:
    one, two, three = conditions.first, conditions.second, conditions.third
    every = (one, two, three)
    yield _combination_case(builder, "filter.and/both", (one, two), ConjunctionNode(one, two))
    yield _combination_case(builder, "filter.and/other", (two, three), ConjunctionNode(three, two))
    yield _combination_case(builder, "filter.and/three", every, ConjunctionNode(ConjunctionNode(one, two), three))
    yield _combination_case(builder, "filter.or/either", (one, two), DisjunctionNode(one, two))
    yield _combination_case(builder, "filter.or/other", (two, three), DisjunctionNode(three, two))
    yield _combination_case(builder, "filter.or/three", every, DisjunctionNode(DisjunctionNode(one, two), three))


def _same_attribute_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Two conditions on the same attribute: a range, either of two values, neither of two."""
    for attribute in representative_attributes(builder):
        signs, values = (
            builder.contract.filter_rules.operators[attribute],
            values_by_frequency(builder.filterable_values[attribute])[:2],
        )
        for junction, operator in (("or", "equal"), ("and", "unequal")):
            if operator in signs and len(values) > 1:
                sides = [ComparisonNode(attribute, signs[operator], one) for one in values]
                yield _pair_case(builder, f"filter.{junction}/{attribute}-{operator}", junction, sides)
        if attribute in builder.contract.filter_rules.integer_attributes:
            ordered = sorted(map(int, builder.filterable_values[attribute]))
            ends = {"at-least": ordered[len(ordered) // 4], "at-most": ordered[len(ordered) * 3 // 4]}
            sides = [ComparisonNode(attribute, signs[name], value) for name, value in ends.items()]
            yield _pair_case(builder, f"filter.and/{attribute}-range", "and", sides)


def _pair_case(builder: CaseBuilder, case_id: str, logical_operator: str, conditions: Sequence[ComparisonNode]) -> Case:
    one, other = conditions
    return _combination_case(
        builder,
        case_id,
        conditions,
        ConjunctionNode(one, other) if logical_operator == "and" else DisjunctionNode(one, other),
    )


def _precedence_cases(builder: CaseBuilder, conditions: ConditionTriple) -> Iterator[Case]:
    one, two, three = conditions.first, conditions.second, conditions.third
    every = (one, two, three)
    pairs: tuple[Condition, ...] = (*every, DisjunctionNode(one, two), ConjunctionNode(two, three))
    yield _combination_case(builder, "filter.precedence/last", pairs, DisjunctionNode(one, ConjunctionNode(two, three)))
    pairs = (*every, ConjunctionNode(one, two), DisjunctionNode(two, three))
    yield _combination_case(
        builder, "filter.precedence/first", pairs, DisjunctionNode(ConjunctionNode(one, two), three)
    )
    pairs = (*every, DisjunctionNode(one, two), ConjunctionNode(one, three))
    grouped = _combination_case(
        builder, "filter.parentheses/group", pairs, ConjunctionNode(DisjunctionNode(one, two), three)
    )
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
                    ComparisonNode(attribute, one, most_common_value(values))
                    for one in (sign, OPPOSITE_OPERATORS[sign])
                ]
                yield _related_filters_case(builder, f"filter.partition/{attribute}-{name}", pair, Relation.PARTITIONED)


def _choose_conditions(builder: CaseBuilder) -> ConditionTriple | None:
    """Conditions on the values shown most often, of different attributes as far as there are some."""
    found: list[ComparisonNode] = []
    for attribute, signs in builder.contract.filter_rules.operators.items():
        values = builder.filterable_values[attribute]
        found += [ComparisonNode(attribute, signs["equal"], one) for one in values_by_frequency(values)[:3]]
        if attribute in builder.contract.filter_rules.integer_attributes and values:
            found.append(ComparisonNode(attribute, signs["at-least"], sorted(map(int, values))[len(values) // 2]))
    first = [next(one for one in found if one.attribute == name) for name in representative_attributes(builder)]
    rest = sorted((one for one in found if one not in first), key=lambda one: one.operator == "=")
    chosen = [*first, *rest]
    return ConditionTriple(*chosen[:3]) if len(chosen) >= len(ConditionTriple.__attrs_attrs__) else None


def _render_with_spaces(condition: ComparisonNode) -> str:
    operand = render(condition).removeprefix(f"{condition.attribute}{condition.operator}")
    return f" {condition.attribute} {condition.operator} {operand} "


def _combination_case(builder: CaseBuilder, case_id: str, parts: Iterable[Condition], combination: Condition) -> Case:
    return _related_filters_case(builder, case_id, [*parts, combination], Relation.COMBINED)


def _related_filters_case(builder: CaseBuilder, case_id: str, filters: Sequence[Condition], relation: Relation) -> Case:
    """Filters beside each other and beside the whole ranking."""
    texts = [render(one) for one in filters]
    probes = [filtered_page_probe(builder, text) for text in texts]
    case = builder.success_case(case_id, f"{texts[-1]}, beside {', '.join(texts[:-1])}", probes[-1].request)
    return evolve(case, probes=(*reference_probes(builder), *probes), relation=relation)


def _same_entries_case(builder: CaseBuilder, case_id: str, plain: str, variant: str) -> Case:
    """Two notations of one filter."""
    probes = tuple(filtered_page_probe(builder, text) for text in (plain, variant))
    case = builder.success_case(case_id, f"{variant}, beside {plain}", probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.SAME_ENTRIES)


def _with_any_documented_outcome(builder: CaseBuilder, case: Case) -> Case:
    """The case where the page is silent: a refusal is right as well."""
    return evolve(case, expectation=any_documented_outcome(builder.contract))
