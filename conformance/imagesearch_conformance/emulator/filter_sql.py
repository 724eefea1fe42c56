"""A filter as a parameterised SQL condition."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.filters.ast import ComparisonNode, Condition, ConjunctionNode, MembershipNode

Binding = int | str

_OPERATORS: Mapping[str, str] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "=": "=", "!=": "<>"}

#: SQLite's integers; attributes are smaller, so a longer operand compares the same when cut to them.
_MIN_INTEGER, _MAX_INTEGER = -(2**63), 2**63 - 1


def compile_condition(
    condition: Condition,
    columns: Mapping[str, str],
    missing_as_blank: bool = False,  # noqa: FBT001, FBT002 a choice of the endpoint
) -> tuple[str, tuple[Binding, ...]]:
    """The SQL of a condition and what to bind; `columns` by attribute.

    An absent attribute (NULL) never matches, or with `blanks` counts as zero or the empty text.
    """
    if isinstance(condition, ComparisonNode):
        value = _column_expression(condition.attribute, condition.operand, columns, missing_as_blank)
        return f"{value} {_OPERATORS[condition.operator]} ?", (_clamp_operand(condition.operand),)
    if isinstance(condition, MembershipNode):
        value = _column_expression(condition.attribute, condition.operands[0], columns, missing_as_blank)
        places = ", ".join("?" * len(condition.operands))
        return f"{value} {condition.operator.upper()} ({places})", tuple(map(_clamp_operand, condition.operands))
    left, of_left = compile_condition(condition.left, columns, missing_as_blank)
    right, of_right = compile_condition(condition.right, columns, missing_as_blank)
    junction = "AND" if isinstance(condition, ConjunctionNode) else "OR"
    return f"({left} {junction} {right})", of_left + of_right


def _column_expression(attribute: str, operand: Binding, columns: Mapping[str, str], missing_as_blank: bool) -> str:  # noqa: FBT001 as above
    column = '"{}"'.format(columns[attribute].replace('"', '""'))
    return f"IFNULL({column}, {_blank_literal(operand)})" if missing_as_blank else column


def _blank_literal(operand: Binding) -> str:
    return "''" if isinstance(operand, str) else "0"


def _clamp_operand(operand: Binding) -> Binding:
    return operand if isinstance(operand, str) else min(max(operand, _MIN_INTEGER), _MAX_INTEGER)
