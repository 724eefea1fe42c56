"""Filters that name several values: each list operator with values that the target itself showed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_conditions import filtered_ranking_case, values_by_frequency
from imagesearch_conformance.filters.ast import LIST_OPERATORS, MembershipNode
from imagesearch_conformance.model.case import Case


def filter_list_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Every list operator of every attribute."""
    for attribute, operators in builder.contract.filter_rules.operators.items():
        for name, sign in operators.items():
            if sign in LIST_OPERATORS:
                yield from _operator_cases(builder, attribute, name, sign)


def _operator_cases(builder: CaseBuilder, attribute: str, operator_name: str, operator: str) -> Iterator[Case]:
    prefix = f"filter.{attribute}.{operator_name}"
    values = builder.filterable_values[attribute]
    if not values:
        reason = f"no entry shows a value of {attribute}"
        yield builder.not_applicable_case(f"{prefix}/any", f"{attribute} {operator} (...)", reason)
        return
    for variant, operands in _select_operands(values).items():
        yield filtered_ranking_case(builder, f"{prefix}/{variant}", MembershipNode(attribute, operator, operands))


def _select_operands(values: Sequence[int | str]) -> Mapping[str, tuple[int | str, ...]]:
    """One value, and several: a common one, the next, and one that no entry shows."""
    common = values_by_frequency(values)
    unseen = max(one for one in values if isinstance(one, int)) - 1 if isinstance(common[0], int) else f"{common[0]}~"
    return {"one": tuple(common[:1]), "several": (*common[:2], unseen)}
