"""A filter grammar made usable: text to tree, or a complaint that says where it broke."""

from __future__ import annotations

from functools import lru_cache, reduce

from attrs import frozen
from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedInput, UnexpectedToken

from imagesearch_conformance.errors import BadSpec
from imagesearch_conformance.filters.conditions import Comparison, Condition, Conjunction, Disjunction, Membership

#: More digits than any value has: longer integers are cut off here, since Python refuses to read endless ones.
_DIGITS = 1000


@frozen
class NotAFilter(ValueError):
    """A text that the grammar does not allow; `position` counts characters from zero."""

    text: str
    position: int

    def __str__(self) -> str:
        return f"no condition of the filter language, from character {self.position} on: {self.text!r}"


@frozen
class Language:
    """A compiled grammar."""

    parser: Lark

    @classmethod
    def from_grammar(cls, grammar: str, where: str) -> Language:
        """Compiles a lark grammar; raises BadSpec when it is none."""
        try:
            return cls(Lark(grammar, parser="lalr", maybe_placeholders=False))
        except LarkError as problem:
            raise BadSpec(f"the grammar cannot be compiled: {' '.join(str(problem).split())}", where) from problem

    def parse(self, text: str) -> Condition:
        """The tree of a condition; raises NotAFilter."""
        return _parsed(self.parser, text)

    def allows(self, text: str) -> bool:
        """Whether the text is a condition of the language."""
        try:
            self.parse(text)
        except NotAFilter:
            return False
        return True


@lru_cache(maxsize=1024)
def _parsed(parser: Lark, text: str) -> Condition:
    """The same few filters are read for every case that they are part of."""
    try:
        tree = parser.parse(text)
    except UnexpectedInput as problem:
        raise NotAFilter(text, _position(problem, text)) from problem
    result: Condition = _Builder().transform(tree)
    return result


def _position(problem: UnexpectedInput, text: str) -> int:
    """Where the text stops being a condition; where it ends too early, the parser tells the place of its last word."""
    early = isinstance(problem, UnexpectedToken) and not problem.token
    return len(text) if early else problem.pos_in_stream  # type: ignore[return-value] # lark says None


@v_args(inline=True)
class _Builder(Transformer[Token, Condition]):
    def start(self, condition: Condition) -> Condition:
        return condition

    def disjunction(self, *sides: Condition) -> Condition:
        return reduce(Disjunction, sides)

    def conjunction(self, *sides: Condition) -> Condition:
        return reduce(Conjunction, sides)

    def integer_condition(self, attribute: Token, operator: Token, operand: Token) -> Condition:
        return Comparison(str(attribute), str(operator), _integer(operand))

    def string_condition(self, attribute: Token, operator: Token, operand: Token) -> Condition:
        return Comparison(str(attribute), str(operator), str(operand)[1:-1])

    def integer_list(self, attribute: Token, operator: Token, *operands: Token) -> Condition:
        return Membership(str(attribute), _spaced(operator), tuple(map(_integer, operands)))

    def string_list(self, attribute: Token, operator: Token, *operands: Token) -> Condition:
        return Membership(str(attribute), _spaced(operator), tuple(str(one)[1:-1] for one in operands))


def _integer(text: str) -> int:
    """The value of an integer; of an endless one a part that lies beyond every value as well."""
    digits = text.removeprefix("-").lstrip("0")[:_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


def _spaced(operator: Token) -> str:
    """An operator of several words with one space between them."""
    return " ".join(operator.split())
