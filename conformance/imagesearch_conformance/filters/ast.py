"""The syntax tree of a filter."""

from __future__ import annotations

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
