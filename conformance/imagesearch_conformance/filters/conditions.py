"""What a filter says, as a tree."""

from __future__ import annotations

from attrs import frozen

#: The operators that are followed by a list, in the spelling of conditions.
IN, NOT_IN = LISTS = ("in", "not in")

#: The operators that keep everything but what they name.
EXCLUDING = frozenset({"!=", NOT_IN})


@frozen
class Comparison:
    """One condition on one attribute; the operand is an int or a str by the kind of attribute."""

    attribute: str
    operator: str
    operand: int | str


@frozen
class Membership:
    """One condition on one attribute that names several values; the operator is one of LISTS."""

    attribute: str
    operator: str
    operands: tuple[int | str, ...]


@frozen
class Conjunction:
    """Both sides hold (AND)."""

    left: Condition
    right: Condition


@frozen
class Disjunction:
    """At least one side holds (OR)."""

    left: Condition
    right: Condition


#: A condition on one attribute.
Single = Comparison | Membership

Condition = Comparison | Membership | Conjunction | Disjunction
