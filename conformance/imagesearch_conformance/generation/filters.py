"""Strategies for filters: conditions of the contract's attributes and operators, and all that its grammar allows."""

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
)
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.generation.filter_status import FilterStatus, classify_filter
from imagesearch_conformance.generation.texts import texts_with_length

#: The most conditions that AND joins, the most of these that OR joins, and the most values of a list.
_MAX_JOINED, _MAX_GROUPS, _MAX_LIST_LENGTH = 4, 3, 5

#: After so many others come conditions that fill all the room, or any of the grammar.
_FULL_INTERVAL, _GRAMMAR_INTERVAL = 4, 9

_GRAMMAR_FILE = "filter.lark"

#: Conditions in groups, and what joins the groups and what is within each.
ConditionGroups = Sequence[Sequence[Condition]]
JoinTypes = tuple[type[ConjunctionNode | DisjunctionNode], type[ConjunctionNode | DisjunctionNode]]


def filter_texts(contract: Contract, *, left_open: bool = False) -> st.SearchStrategy[str]:
    """Filters within the length limit: clear ones, or with `left_open` any of the grammar as well."""
    made, limit = FilterStrategies(contract), _max_length(contract)
    clear = made.texts(limit)
    if not left_open:
        return clear
    # What the grammar alone makes is all but endless, and slow.
    written, odd = st.one_of(clear, made.unspecified_texts(limit)), _grammar_texts(contract, limit)
    return st.integers(0, _GRAMMAR_INTERVAL).flatmap(lambda number: odd if number == _GRAMMAR_INTERVAL else written)


def _max_length(contract: Contract) -> int | None:
    return None if contract.filter_parameter is None else contract.filter_parameter.max_length


def _grammar_texts(contract: Contract, limit: int | None) -> st.SearchStrategy[str]:
    """Everything that the grammar allows, however it is written."""
    from hypothesis.extra.lark import from_lark  # noqa: PLC0415 it reads tables, which Hypothesis forbids a conftest

    # The dynamic lexer of lark's default parser is what the strategy needs.
    grammar = Lark(contract.spec_files.text(_GRAMMAR_FILE))
    found = from_lark(grammar, alphabet=st.characters(codec="utf-8", exclude_characters='"'))
    # Words that touch may be others to the parser.
    return found.filter(lambda text: _is_within(text, limit) and contract.filter_rules.parser.is_valid(text))


@frozen(repr=False)
class FilterStrategies:
    """Strategies for the conditions of a contract."""

    contract: Contract

    def texts(self, limit: int | None) -> st.SearchStrategy[str]:
        """Conditions as the page writes them, as many as there is room for."""
        made = _condition_groups(self._comparisons()).map(
            lambda some: _render_within(limit, some, (DisjunctionNode, ConjunctionNode))
        )
        found = made if limit is None or not self.has_text_attributes else _sometimes_full(made, self.full_texts(limit))
        return found.filter(
            lambda text: _is_within(text, limit) and classify_filter(self.contract, text) is FilterStatus.VALID
        )

    def unspecified_texts(self, limit: int | None) -> st.SearchStrategy[str]:
        """Conditions some of which name several values, or stand in parentheses."""
        groups = _condition_groups([*self._comparisons(), *self._memberships()])
        joins = st.sampled_from(((DisjunctionNode, ConjunctionNode), (ConjunctionNode, DisjunctionNode)))
        return st.builds(_render_within, st.just(limit), groups, joins).filter(lambda text: _is_within(text, limit))

    @property
    def has_text_attributes(self) -> bool:
        """Whether an attribute has texts, which can be of any length."""
        return bool(self._blank_comparisons())

    def full_texts(self, length: int) -> st.SearchStrategy[str]:
        """Conditions of exactly so many characters."""
        seeds = texts_with_length(length, st.characters(categories=["L", "N"], codec="utf-8").filter(self._is_decided))
        joins = st.sampled_from((ConjunctionNode, DisjunctionNode))
        return st.builds(self._build_full_text, st.sampled_from(self._blank_comparisons()), joins, seeds)

    def _blank_comparisons(self) -> list[ComparisonNode]:
        """Every comparison with a text, without any."""
        texts = [
            name
            for name in self.contract.filter_rules.attributes
            if name not in self.contract.filter_rules.integer_attributes
        ]
        return [ComparisonNode(name, sign, "") for name in texts for sign in self._comparison_operators(name)]

    def _comparisons(self) -> Iterator[st.SearchStrategy[Condition]]:
        for name, operand in self._operands():
            yield st.builds(ComparisonNode, st.just(name), st.sampled_from(self._comparison_operators(name)), operand)

    def _memberships(self) -> Iterator[st.SearchStrategy[Condition]]:
        """Conditions that name several values; none where the contract has no such operator."""
        for name, operand in self._operands():
            signs = [one for one in self.contract.filter_rules.operators[name].values() if one in LIST_OPERATORS]
            operands = st.lists(operand, min_size=1, max_size=_MAX_LIST_LENGTH).map(tuple)
            if signs:
                yield st.builds(MembershipNode, st.just(name), st.sampled_from(signs), operands)

    def _comparison_operators(self, attribute: str) -> list[str]:
        return [one for one in self.contract.filter_rules.operators[attribute].values() if one not in LIST_OPERATORS]

    def _operands(self) -> Iterator[tuple[str, st.SearchStrategy[int] | st.SearchStrategy[str]]]:
        """The values of each attribute that some source allows."""
        least, most = (self.contract.filter_rules.operand_limits.get(name) for name in ("minimum", "maximum"))
        numbers = st.integers(least, most)
        for name in self.contract.filter_rules.attributes:
            yield name, numbers if name in self.contract.filter_rules.integer_attributes else self._words()

    def _words(self) -> st.SearchStrategy[str]:
        letters = st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"')
        usual = st.one_of(letters, st.just(" ")).filter(lambda one: one == " " or self._is_decided(one))
        longest = self.contract.filter_rules.operand_limits.get("longest")
        words = st.text(usual, min_size=1, max_size=longest)
        return words.filter(lambda text: text == text.strip() and self._is_decided(text))

    def _is_decided(self, operand: str) -> bool:
        return self.contract.filter_rules.is_specified_operand(operand)

    def _build_full_text(self, blank: ComparisonNode, join: type[ConjunctionNode | DisjunctionNode], text: str) -> str:
        """A condition on a long text, broken into as many as its operands need, as long as the text altogether."""
        own = len(render(blank))
        gap, length = len(render(join(blank, blank))) - 2 * own, len(text)
        longest = self.contract.filter_rules.operand_limits.get("longest", length)
        count = -(-(length + gap) // (own + gap + longest))
        letters = length + gap - count * (own + gap)
        parts: list[Condition] = [evolve(blank, operand=text[: (letters + place) // count]) for place in range(count)]
        return render(reduce(join, parts))


@st.composite
def _sometimes_full(draw: st.DrawFn, texts: st.SearchStrategy[str], full_texts: st.SearchStrategy[str]) -> str:
    """Conditions, and now and then full ones, which are never the smaller example of both."""
    text = draw(texts)
    return draw(full_texts) if draw(st.integers(0, _FULL_INTERVAL)) == _FULL_INTERVAL else text


def _condition_groups(conditions: Iterable[st.SearchStrategy[Condition]]) -> st.SearchStrategy[ConditionGroups]:
    few = st.lists(st.one_of(*conditions), min_size=1, max_size=_MAX_JOINED)
    return st.lists(few, min_size=1, max_size=_MAX_GROUPS)


def _render_within(limit: int | None, groups: ConditionGroups, joins: JoinTypes) -> str:
    """The text of as many of the conditions as there is room for, one at the least."""
    (*rest, last), (outer, inner) = groups, joins
    text = render(reduce(outer, [reduce(inner, one) for one in groups]))
    if _is_within(text, limit) or (not rest and len(last) == 1):
        return text
    return _render_within(limit, [*rest, last[:-1]] if len(last) > 1 else rest, joins)


def _is_within(text: str, limit: int | None) -> bool:
    return limit is None or len(text) <= limit
