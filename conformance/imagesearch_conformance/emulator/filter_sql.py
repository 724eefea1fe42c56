"""A filter as a parameterised SQL condition."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.filters.conditions import Comparison, Condition, Conjunction, Membership

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
        value = _value(condition.attribute, condition.operand, columns, blanks)
        return f"{value} {_OPERATORS[condition.operator]} ?", (_bound(condition.operand),)
    if isinstance(condition, Membership):
        value = _value(condition.attribute, condition.operands[0], columns, blanks)
        places = ", ".join("?" * len(condition.operands))
        return f"{value} {condition.operator.upper()} ({places})", tuple(map(_bound, condition.operands))
    left, of_left = compiled(condition.left, columns, blanks)
    right, of_right = compiled(condition.right, columns, blanks)
    junction = "AND" if isinstance(condition, Conjunction) else "OR"
    return f"({left} {junction} {right})", of_left + of_right


def _value(attribute: str, operand: Binding, columns: Mapping[str, str], blanks: bool) -> str:  # noqa: FBT001 as above
    column = '"{}"'.format(columns[attribute].replace('"', '""'))
    return f"IFNULL({column}, {_blank(operand)})" if blanks else column


def _blank(operand: Binding) -> str:
    return "''" if isinstance(operand, str) else "0"


def _bound(operand: Binding) -> Binding:
    return operand if isinstance(operand, str) else min(max(operand, _LEAST), _MOST)
