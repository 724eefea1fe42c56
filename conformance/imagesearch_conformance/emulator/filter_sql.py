"""A filter as a parameterised SQL condition."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.filters.conditions import Comparison, Condition, Conjunction

Binding = int | str

_OPERATORS: Mapping[str, str] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "=": "=", "!=": "<>"}

#: SQLite's integers; attributes are smaller, so a longer operand compares the same when cut to them.
_LEAST, _MOST = -(2**63), 2**63 - 1


def compiled(
    condition: Condition,
    columns: Mapping[str, str],
    blanks: bool = False,  # noqa: FBT001, FBT002 a choice of the endpoint
) -> tuple[str, tuple[Binding, ...]]:
    """The SQL of a condition and what to bind; `columns` by attribute.

    An absent attribute (NULL) never matches, or with `blanks` counts as zero or the empty text.
    """
    if isinstance(condition, Comparison):
        column = '"{}"'.format(columns[condition.attribute].replace('"', '""'))
        value = f"IFNULL({column}, {_blank(condition.operand)})" if blanks else column
        return f"{value} {_OPERATORS[condition.operator]} ?", (_bound(condition.operand),)
    left, of_left = compiled(condition.left, columns, blanks)
    right, of_right = compiled(condition.right, columns, blanks)
    junction = "AND" if isinstance(condition, Conjunction) else "OR"
    return f"({left} {junction} {right})", of_left + of_right


def _blank(operand: Binding) -> str:
    return "''" if isinstance(operand, str) else "0"


def _bound(operand: Binding) -> Binding:
    return operand if isinstance(operand, str) else min(max(operand, _LEAST), _MOST)
