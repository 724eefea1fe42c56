"""What a filter says, as a tree."""

from __future__ import annotations

from attrs import frozen


@frozen
class Comparison:
    """One condition on one attribute; the operand is an int or a str by the kind of attribute."""

    attribute: str
    operator: str
    operand: int | str


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


Condition = Comparison | Conjunction | Disjunction
