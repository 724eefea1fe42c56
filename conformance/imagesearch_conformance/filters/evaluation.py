"""Evaluation of conditions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.filters.ast import IN, ComparisonNode, Condition, ConjunctionNode, MembershipNode

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}

#: For an operator, the operator that keeps exactly the values that it excludes.
OPPOSITE_OPERATORS: Mapping[str, str] = {"<": ">=", ">": "<=", "=": "!="}


def satisfies(condition: Condition, attributes: Mapping[str, int | str]) -> bool:
    """Return whether attributes, by their names in filters, satisfy a condition; a missing one satisfies none."""
    if isinstance(condition, ComparisonNode):
        value = attributes.get(condition.attribute)
        return value is not None and _OPERATORS[condition.operator](value, condition.operand)
    if isinstance(condition, MembershipNode):
        value = attributes.get(condition.attribute)
        return value is not None and (value in condition.operands) is (condition.operator == IN)
    left, right = satisfies(condition.left, attributes), satisfies(condition.right, attributes)
    return left and right if isinstance(condition, ConjunctionNode) else left or right
