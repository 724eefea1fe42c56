"""What a filter says, as a tree."""

from __future__ import annotations

from attrs import frozen

#: The operators that are followed by a list, in the spelling of conditions.
IN, NOT_IN = LIST_OPERATORS = ("in", "not in")

#: The operators that keep everything but what they name.
EXCLUDING_OPERATORS = frozenset({"!=", NOT_IN})


@frozen
class ComparisonNode:
    """One condition on one attribute; the operand is an int or a str by the kind of attribute."""

    attribute: str
    operator: str
    operand: int | str


@frozen
class MembershipNode:
    """One condition on one attribute that names several values; the operator is one of LISTS."""

    attribute: str
    operator: str
    operands: tuple[int | str, ...]


@frozen
class ConjunctionNode:
    """Both sides hold (AND)."""

    left: Condition
    right: Condition


@frozen
class DisjunctionNode:
    """At least one side holds (OR)."""

    left: Condition
    right: Condition


#: A condition on one attribute.
AttributeCondition = ComparisonNode | MembershipNode

Condition = ComparisonNode | MembershipNode | ConjunctionNode | DisjunctionNode
