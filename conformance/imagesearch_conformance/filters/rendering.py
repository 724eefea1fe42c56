"""A condition as text."""

from __future__ import annotations

from imagesearch_conformance.filters.conditions import Comparison, Condition, Conjunction, Disjunction, Membership


def render(condition: Condition) -> str:
    """The shortest text of a condition; parentheses only where AND and OR need them."""
    if isinstance(condition, Comparison):
        return f"{condition.attribute}{condition.operator}{_operand(condition.operand)}"
    if isinstance(condition, Membership):
        return f"{condition.attribute} {condition.operator} ({', '.join(map(_operand, condition.operands))})"
    if isinstance(condition, Disjunction):
        return f"{render(condition.left)} OR {_right(condition.right, Disjunction)}"
    return f"{_inner(condition.left)} AND {_right(condition.right, Conjunction, Disjunction)}"


def _operand(operand: int | str) -> str:
    return str(operand) if isinstance(operand, int) else f'"{operand}"'


def _inner(condition: Condition) -> str:
    return f"({render(condition)})" if isinstance(condition, Disjunction) else render(condition)


def _right(condition: Condition, *grouped: type[Condition]) -> str:
    return f"({render(condition)})" if isinstance(condition, grouped) else render(condition)
