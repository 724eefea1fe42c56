"""Strategies for filters of a contract: valid ones, unspecified ones, and all that its grammar allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from attrs import evolve, frozen
from hypothesis import strategies as st
from lark import Lark

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.ast import (
    LIST_OPERATORS,
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    MembershipNode,
    render,
)
from imagesearch_conformance.generation.values import texts_with_length
from imagesearch_conformance.oracle.filter_status import FilterStatus, classify_filter

#: Limits on the conditions of a group, the groups of a filter, and the values of a list.
_MAX_JOINED, _MAX_GROUPS, _MAX_LIST_LENGTH = 4, 3, 5

#: One of so many filters has the maximum length, or is any text of the grammar.
_FULL_INTERVAL, _GRAMMAR_INTERVAL = 4, 9

_GRAMMAR_FILE = "filter.lark"

#: Groups of conditions; the types that join the groups, and the conditions of a group.
ConditionGroups = Sequence[Sequence[Condition]]
JoinTypes = tuple[type[ConjunctionNode | DisjunctionNode], type[ConjunctionNode | DisjunctionNode]]


def filter_texts(contract: Contract, *, left_open: bool = False) -> st.SearchStrategy[str]:
    """Return valid filters within the length limit; with `left_open` also any other text of the grammar."""
    strategies, limit = FilterStrategies(contract), _max_length(contract)
    valid = strategies.texts(limit)
    if not left_open:
        return valid
    # Texts of the grammar are long, and slow to generate.
    common = st.one_of(valid, strategies.unspecified_texts(limit))
    # The parser may read adjacent words of such a text differently.
    rare = grammar_texts(contract).filter(
        lambda text: _is_within(text, limit) and contract.filter_rules.parser.is_valid(text)
    )
    return st.integers(0, _GRAMMAR_INTERVAL).flatmap(lambda number: rare if number == _GRAMMAR_INTERVAL else common)


def _max_length(contract: Contract) -> int | None:
    return None if contract.filter_parameter is None else contract.filter_parameter.max_length


def grammar_texts(contract: Contract) -> st.SearchStrategy[str]:
    """Return texts of the grammar; the parser may reject some, in which words are adjacent."""
    from hypothesis.extra.lark import from_lark  # noqa: PLC0415 it reads tables, which Hypothesis forbids a conftest

    # The strategy needs the dynamic lexer of lark's default parser.
    grammar = Lark(contract.spec_files.text(_GRAMMAR_FILE))
    return from_lark(grammar, alphabet=st.characters(codec="utf-8", exclude_characters='"'))


@frozen(repr=False)
class FilterStrategies:
    """Strategies for the conditions of a contract."""

    contract: Contract

    def texts(self, limit: int | None) -> st.SearchStrategy[str]:
        """Return valid filters within the limit, some of exactly this length."""
        texts = _condition_groups(self._comparisons()).map(
            lambda groups: _render_within(limit, groups, (DisjunctionNode, ConjunctionNode))
        )
        if limit is not None and self.has_text_attributes:
            texts = _sometimes_full(texts, self.full_texts(limit))
        return texts.filter(
            lambda text: _is_within(text, limit) and classify_filter(self.contract, text) is FilterStatus.VALID
        )

    def unspecified_texts(self, limit: int | None) -> st.SearchStrategy[str]:
        """Return filters with lists or parentheses."""
        groups = _condition_groups([*self._comparisons(), *self._memberships()])
        joins = st.sampled_from(((DisjunctionNode, ConjunctionNode), (ConjunctionNode, DisjunctionNode)))
        return st.builds(_render_within, st.just(limit), groups, joins).filter(lambda text: _is_within(text, limit))

    @property
    def has_text_attributes(self) -> bool:
        """True if an attribute has texts, so that filters of any length exist."""
        return bool(self._blank_comparisons())

    def full_texts(self, length: int) -> st.SearchStrategy[str]:
        """Return filters of exactly `length` characters."""
        letters = st.characters(categories=["L", "N"], codec="utf-8").filter(self._is_specified)
        operands = texts_with_length(length, letters)
        joins = st.sampled_from((ConjunctionNode, DisjunctionNode))
        return st.builds(self._build_full_text, st.sampled_from(self._blank_comparisons()), joins, operands)

    def _blank_comparisons(self) -> list[ComparisonNode]:
        """Return a comparison with the empty text for each attribute and operator."""
        names = [
            name
            for name in self.contract.filter_rules.attributes
            if name not in self.contract.filter_rules.integer_attributes
        ]
        return [ComparisonNode(name, sign, "") for name in names for sign in self._comparison_operators(name)]

    def _comparisons(self) -> Iterator[st.SearchStrategy[Condition]]:
        for name, operands in self._operands():
            yield st.builds(ComparisonNode, st.just(name), st.sampled_from(self._comparison_operators(name)), operands)

    def _memberships(self) -> Iterator[st.SearchStrategy[Condition]]:
        for name, operands in self._operands():
            signs = [sign for sign in self.contract.filter_rules.operators[name].values() if sign in LIST_OPERATORS]
            lists = st.lists(operands, min_size=1, max_size=_MAX_LIST_LENGTH).map(tuple)
            if signs:
                yield st.builds(MembershipNode, st.just(name), st.sampled_from(signs), lists)

    def _comparison_operators(self, attribute: str) -> list[str]:
        signs = self.contract.filter_rules.operators[attribute].values()
        return [sign for sign in signs if sign not in LIST_OPERATORS]

    def _operands(self) -> Iterator[tuple[str, st.SearchStrategy[int] | st.SearchStrategy[str]]]:
        """Yield the specified values of each attribute."""
        minimum, maximum = (self.contract.filter_rules.operand_limits.get(name) for name in ("minimum", "maximum"))
        numbers = st.integers(minimum, maximum)
        for name in self.contract.filter_rules.attributes:
            yield name, numbers if name in self.contract.filter_rules.integer_attributes else self._words()

    def _words(self) -> st.SearchStrategy[str]:
        letters = st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"')
        alphabet = st.one_of(letters, st.just(" ")).filter(lambda char: char == " " or self._is_specified(char))
        words = st.text(alphabet, min_size=1, max_size=self.contract.filter_rules.operand_limits.get("longest"))
        return words.filter(lambda text: text == text.strip() and self._is_specified(text))

    def _is_specified(self, operand: str) -> bool:
        return self.contract.filter_rules.is_specified_operand(operand)

    def _build_full_text(self, blank: ComparisonNode, join: type[ConjunctionNode | DisjunctionNode], text: str) -> str:
        """Split a text into operands of joined conditions, which together are as long as the text."""
        own = len(render(blank))
        gap, length = len(render(join(blank, blank))) - 2 * own, len(text)
        longest = self.contract.filter_rules.operand_limits.get("longest", length)
        count = -(-(length + gap) // (own + gap + longest))
        letters = length + gap - count * (own + gap)
        parts: list[Condition] = [evolve(blank, operand=text[: (letters + index) // count]) for index in range(count)]
        return render(reduce(join, parts))


@st.composite
def _sometimes_full(draw: st.DrawFn, texts: st.SearchStrategy[str], full_texts: st.SearchStrategy[str]) -> str:
    """Draw a text, or rarely one of maximum length; examples shrink to the former."""
    text = draw(texts)
    return draw(full_texts) if draw(st.integers(0, _FULL_INTERVAL)) == _FULL_INTERVAL else text


def _condition_groups(conditions: Iterable[st.SearchStrategy[Condition]]) -> st.SearchStrategy[ConditionGroups]:
    groups = st.lists(st.one_of(*conditions), min_size=1, max_size=_MAX_JOINED)
    return st.lists(groups, min_size=1, max_size=_MAX_GROUPS)


def _render_within(limit: int | None, groups: ConditionGroups, joins: JoinTypes) -> str:
    """Render as many of the conditions as the limit allows, at least one."""
    (*rest, last), (outer, inner) = groups, joins
    text = render(reduce(outer, [reduce(inner, group) for group in groups]))
    if _is_within(text, limit) or (not rest and len(last) == 1):
        return text
    return _render_within(limit, [*rest, last[:-1]] if len(last) > 1 else rest, joins)


def _is_within(text: str, limit: int | None) -> bool:
    return limit is None or len(text) <= limit
