"""Conditions as text."""

from __future__ import annotations

from imagesearch_conformance.filters.ast import (
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    MembershipNode,
)


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
