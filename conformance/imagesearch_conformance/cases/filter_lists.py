"""Filters with a list of values that the target returned in the survey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from imagesearch_conformance.cases.case_builder import AttributeValue, CaseBuilder
from imagesearch_conformance.cases.filter_conditions import filtered_ranking_case, values_by_frequency
from imagesearch_conformance.filters.ast import LIST_OPERATORS, MembershipNode
from imagesearch_conformance.model.case import Case


def filter_list_cases(builder: CaseBuilder) -> Iterator[Case]:
    for attribute, operators in builder.contract.filter_rules.operators.items():
        for name, sign in operators.items():
            if sign in LIST_OPERATORS:
                yield from _list_operator_cases(builder, attribute, name, sign)


def _list_operator_cases(builder: CaseBuilder, attribute: str, operator_name: str, operator: str) -> Iterator[Case]:
    prefix = f"filter.{attribute}.{operator_name}"
    values = builder.filterable_values[attribute]
    if not values:
        reason = f"no entry has a value of {attribute}"
        yield builder.not_applicable_case(f"{prefix}/any", f"{attribute} {operator} (...)", reason)
        return
    for variant, operands in _select_list_operands(values).items():
        yield filtered_ranking_case(builder, f"{prefix}/{variant}", MembershipNode(attribute, operator, operands))


def _select_list_operands(values: Sequence[AttributeValue]) -> Mapping[str, tuple[AttributeValue, ...]]:
    """Return a list of one value, and one of several: two common values and one that no entry has."""
    ordered = values_by_frequency(values)
    numbers = [value for value in values if isinstance(value, int)]
    unseen = max(numbers) - 1 if isinstance(ordered[0], int) else f"{ordered[0]}~"
    return {"one": tuple(ordered[:1]), "several": (*ordered[:2], unseen)}
