"""Compilation of filters to parameterised SQL."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.filters.ast import ComparisonNode, Condition, ConjunctionNode, MembershipNode

Binding = int | str

_OPERATORS: Mapping[str, str] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "=": "=", "!=": "<>"}

#: The range of SQLite's integers; attributes are smaller, so clamped operands compare the same.
_MIN_INTEGER, _MAX_INTEGER = -(2**63), 2**63 - 1


def compile_condition(
    condition: Condition,
    columns: Mapping[str, str],
    missing_as_blank: bool = False,  # noqa: FBT001, FBT002 a choice of the endpoint
) -> tuple[str, tuple[Binding, ...]]:
    """Return the SQL of a condition with its bindings; `columns` maps attributes to columns.

    A missing attribute (NULL) never matches, or counts as zero or the empty string with `missing_as_blank`.
    """
    if isinstance(condition, ComparisonNode):
        value = _column_expression(condition.attribute, condition.operand, columns, missing_as_blank)
        return f"{value} {_OPERATORS[condition.operator]} ?", (_clamp_operand(condition.operand),)
    if isinstance(condition, MembershipNode):
        value = _column_expression(condition.attribute, condition.operands[0], columns, missing_as_blank)
        placeholders = ", ".join("?" * len(condition.operands))
        return f"{value} {condition.operator.upper()} ({placeholders})", tuple(map(_clamp_operand, condition.operands))
    left, left_bindings = compile_condition(condition.left, columns, missing_as_blank)
    right, right_bindings = compile_condition(condition.right, columns, missing_as_blank)
    junction = "AND" if isinstance(condition, ConjunctionNode) else "OR"
    return f"({left} {junction} {right})", left_bindings + right_bindings


def _column_expression(attribute: str, operand: Binding, columns: Mapping[str, str], missing_as_blank: bool) -> str:  # noqa: FBT001 as above
    column = '"{}"'.format(columns[attribute].replace('"', '""'))
    return f"IFNULL({column}, {_blank_literal(operand)})" if missing_as_blank else column


def _blank_literal(operand: Binding) -> str:
    return "''" if isinstance(operand, str) else "0"


def _clamp_operand(operand: Binding) -> Binding:
    return operand if isinstance(operand, str) else min(max(operand, _MIN_INTEGER), _MAX_INTEGER)
