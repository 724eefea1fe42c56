"""A filter grammar made usable: text to tree, or a complaint that says where it broke."""

from __future__ import annotations

from functools import lru_cache, reduce

from attrs import frozen
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

#: More digits than any value has: longer integers are cut off here, since Python refuses to read endless ones.
_MAX_DIGITS = 1000


@frozen
class FilterSyntaxError(ValueError):
    """A text that the grammar does not allow; `position` counts characters from zero."""

    text: str
    position: int

    def __str__(self) -> str:
        return f"no condition of the filter language, from character {self.position} on: {self.text!r}"


@frozen
class FilterParser:
    """A compiled grammar."""

    lark: Lark

    @classmethod
    def from_grammar(cls, grammar: str, where: str) -> FilterParser:
        """Compiles a lark grammar; raises BadSpec when it is none."""
        try:
            return cls(Lark(grammar, parser="lalr", maybe_placeholders=False))
        except LarkError as problem:
            raise InvalidSpec(f"the grammar cannot be compiled: {' '.join(str(problem).split())}", where) from problem

    def parse(self, text: str) -> Condition:
        """The tree of a condition; raises NotAFilter."""
        return _parse(self.lark, text)

    def is_valid(self, text: str) -> bool:
        """Whether the text is a condition of the language."""
        try:
            self.parse(text)
        except FilterSyntaxError:
            return False
        return True


@lru_cache(maxsize=1024)
def _parse(parser: Lark, text: str) -> Condition:
    """The same few filters are read for every case that they are part of."""
    try:
        tree = parser.parse(text)
    except UnexpectedInput as problem:
        raise FilterSyntaxError(text, _error_position(problem, text)) from problem
    result: Condition = _AstBuilder().transform(tree)
    return result


def _error_position(problem: UnexpectedInput, text: str) -> int:
    """Where the text stops being a condition; where it ends too early, the parser tells the place of its last word."""
    early = isinstance(problem, UnexpectedToken) and not problem.token
    return len(text) if early else problem.pos_in_stream  # type: ignore[return-value] # lark says None


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
        return MembershipNode(str(attribute), _normalize_operator(operator), tuple(str(one)[1:-1] for one in operands))


def _parse_integer(text: str) -> int:
    """The value of an integer; of an endless one a part that lies beyond every value as well."""
    digits = text.removeprefix("-").lstrip("0")[:_MAX_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


def _normalize_operator(operator: Token) -> str:
    """An operator of several words with one space between them."""
    return " ".join(operator.split())
