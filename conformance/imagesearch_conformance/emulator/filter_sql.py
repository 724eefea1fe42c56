"""A filter as a parameterised SQL condition."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.filters.conditions import Comparison, Condition, Conjunction, Membership

Binding = int | str

_OPERATORS: Mapping[str, str] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "=": "=", "!=": "<>"}

#: SQLite's integers; attributes are smaller, so a longer operand compares the same when cut to them.
_LEAST, _MOST = -(2**63), 2**63 - 1


def compiled(condition: Condition, columns: Mapping[str, str]) -> tuple[str, tuple[Binding, ...]]:
    """The SQL of a condition and what to bind; `columns` by attribute. An absent attribute (NULL) never matches."""
    if isinstance(condition, Comparison):
        column = columns[condition.attribute].replace('"', '""')
        return f'"{column}" {_OPERATORS[condition.operator]} ?', (_bound(condition.operand),)
    if isinstance(condition, Membership):
        column, places = columns[condition.attribute].replace('"', '""'), ", ".join("?" * len(condition.operands))
        return f'"{column}" {condition.operator.upper()} ({places})', tuple(map(_bound, condition.operands))
    left, of_left = compiled(condition.left, columns)
    right, of_right = compiled(condition.right, columns)
    junction = "AND" if isinstance(condition, Conjunction) else "OR"
    return f"({left} {junction} {right})", of_left + of_right


def _bound(operand: Binding) -> Binding:
    return operand if isinstance(operand, str) else min(max(operand, _LEAST), _MOST)
