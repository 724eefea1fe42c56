"""The syntax tree of a filter, its evaluation, and its text."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

#: The operators that take a list, as conditions spell them.
IN, NOT_IN = LIST_OPERATORS = ("in", "not in")

#: The operators that keep everything except their operands.
EXCLUDING_OPERATORS = frozenset({"!=", NOT_IN})


@frozen
class ComparisonNode:
    """A comparison of an attribute with a value; the type of the attribute decides the type of the operand."""

    attribute: str
    operator: str
    operand: int | str


@frozen
class MembershipNode:
    """A condition on an attribute with a list of values; the operator is one of `LIST_OPERATORS`."""

    attribute: str
    operator: str
    operands: tuple[int | str, ...]


@frozen
class ConjunctionNode:
    """Both sides are satisfied (AND)."""

    left: Condition
    right: Condition


@frozen
class DisjunctionNode:
    """At least one side is satisfied (OR)."""

    left: Condition
    right: Condition


#: A condition on one attribute.
AttributeCondition = ComparisonNode | MembershipNode

Condition = ComparisonNode | MembershipNode | ConjunctionNode | DisjunctionNode


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


def render(condition: Condition) -> str:
    """Return the text of a condition, with parentheses only where the precedence of AND and OR requires them."""
    if isinstance(condition, ComparisonNode):
        return f"{condition.attribute}{condition.operator}{_render_operand(condition.operand)}"
    if isinstance(condition, MembershipNode):
        return f"{condition.attribute} {condition.operator} ({', '.join(map(_render_operand, condition.operands))})"
    if isinstance(condition, DisjunctionNode):
        return f"{render(condition.left)} OR {_render_right(condition.right, DisjunctionNode)}"
    return f"{_render_left(condition.left)} AND {_render_right(condition.right, ConjunctionNode, DisjunctionNode)}"


def _render_operand(operand: int | str) -> str:
    return str(operand) if isinstance(operand, int) else f'"{operand}"'


def _render_left(condition: Condition) -> str:
    return f"({render(condition)})" if isinstance(condition, DisjunctionNode) else render(condition)


def _render_right(condition: Condition, *parenthesized: type[Condition]) -> str:
    return f"({render(condition)})" if isinstance(condition, parenthesized) else render(condition)
