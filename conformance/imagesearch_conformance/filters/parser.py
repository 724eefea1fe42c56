"""The parser of the filter language."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce

from attrs import field, frozen
from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedInput, UnexpectedToken

from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.filters.ast import (
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    MembershipNode,
)

#: More digits than any value has. Longer integers are cut to this length, since Python refuses to parse very long ones.
_MAX_DIGITS = 1000


@frozen
class FilterSyntaxError(ValueError):
    """A text is not a condition; `position` is the index of the first character that does not fit."""

    text: str
    position: int

    def __str__(self) -> str:
        return f"invalid filter at character {self.position}: {self.text!r}"


@frozen
class FilterParser:
    """Parses filters with a compiled grammar."""

    lark: Lark
    _parse_cached: Callable[[str], Condition] = field(init=False, repr=False, eq=False)

    @_parse_cached.default
    def _default_parse_cached(self) -> Callable[[str], Condition]:
        # Many cases contain the same few filters.
        return lru_cache(maxsize=1024)(self._parse)

    @classmethod
    def from_grammar(cls, grammar: str, where: str) -> FilterParser:
        """Compile a Lark grammar; raises InvalidSpec."""
        try:
            return cls(Lark(grammar, parser="lalr", maybe_placeholders=False))
        except LarkError as problem:
            raise InvalidSpec(f"the grammar cannot be compiled: {' '.join(str(problem).split())}", where) from problem

    def parse(self, text: str) -> Condition:
        """Parse a condition; raises FilterSyntaxError."""
        return self._parse_cached(text)

    def _parse(self, text: str) -> Condition:
        try:
            tree = self.lark.parse(text)
        except UnexpectedInput as problem:
            raise FilterSyntaxError(text, _error_position(problem, text)) from problem
        condition: Condition = _AstBuilder().transform(tree)
        return condition

    def is_valid(self, text: str) -> bool:
        try:
            self.parse(text)
        except FilterSyntaxError:
            return False
        return True


def _error_position(problem: UnexpectedInput, text: str) -> int:
    """Return the position of the error; for a text that ends too early, Lark reports the last token."""
    ends_early = isinstance(problem, UnexpectedToken) and not problem.token
    return len(text) if ends_early else problem.pos_in_stream  # type: ignore[return-value] # lark's type allows None


@v_args(inline=True)
class _AstBuilder(Transformer[Token, Condition]):
    def start(self, condition: Condition) -> Condition:
        return condition

    def disjunction(self, *sides: Condition) -> Condition:
        return reduce(DisjunctionNode, sides)

    def conjunction(self, *sides: Condition) -> Condition:
        return reduce(ConjunctionNode, sides)

    def integer_condition(self, attribute: Token, operator: Token, operand: Token) -> Condition:
        return ComparisonNode(str(attribute), str(operator), _parse_integer(operand))

    def string_condition(self, attribute: Token, operator: Token, operand: Token) -> Condition:
        return ComparisonNode(str(attribute), str(operator), str(operand)[1:-1])

    def integer_list(self, attribute: Token, operator: Token, *operands: Token) -> Condition:
        return MembershipNode(str(attribute), _normalize_operator(operator), tuple(map(_parse_integer, operands)))

    def string_list(self, attribute: Token, operator: Token, *operands: Token) -> Condition:
        values = tuple(str(operand)[1:-1] for operand in operands)
        return MembershipNode(str(attribute), _normalize_operator(operator), values)


def _parse_integer(text: str) -> int:
    """Return the value of an integer; one of too many digits is cut, and remains beyond every value."""
    digits = text.removeprefix("-").lstrip("0")[:_MAX_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


def _normalize_operator(operator: Token) -> str:
    """Return an operator with single spaces between its words."""
    return " ".join(operator.split())
