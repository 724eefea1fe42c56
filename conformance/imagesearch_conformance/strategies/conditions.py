"""Strategies for filters: conditions of the contract's attributes and operators, and all that its grammar allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from imagesearch_conformance.cases.fuzz.operands import Standing, standing
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.conditions import (
    LISTS,
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    Membership,
)
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.strategies.texts import filling

#: The most conditions that AND joins, the most of these that OR joins, and the most values of a list.
_JOINED, _GROUPS, _LISTED = 4, 3, 5

_GRAMMAR = "filter.lark"

#: Conditions that OR joins, each of conditions that AND joins.
Groups = Sequence[Sequence[Condition]]


def filter_texts(contract: Contract, *, left_open: bool = False) -> st.SearchStrategy[str]:
    """Filters within the length limit: clear ones, or with `left_open` any of the grammar as well."""
    made, limit = Conditions(contract), _limit(contract)
    clear = made.texts(limit)
    if not left_open:
        return clear
    several = made.texts(limit, lists=True) if made.lists() else st.nothing()
    return st.one_of(clear, several, _of_grammar(contract, limit))


def _limit(contract: Contract) -> int | None:
    return None if contract.filter is None else contract.filter.max_length


def _of_grammar(contract: Contract, limit: int | None) -> st.SearchStrategy[str]:
    """Everything that the grammar allows, however it is written."""
    # The dynamic lexer of lark's default parser is what the strategy needs.
    grammar = Lark(contract.documents.text(_GRAMMAR))
    found = from_lark(grammar, alphabet=st.characters(codec="utf-8", exclude_characters='"'))
    # Words that touch may be others to the parser.
    return found.filter(lambda text: _fits(text, limit) and contract.filters.language.allows(text))


@frozen
class Conditions:
    """Strategies for the conditions of a contract."""

    contract: Contract

    def texts(self, limit: int | None, *, lists: bool = False) -> st.SearchStrategy[str]:
        """Conditions as the page writes them, as many as there is room for; with `lists` some of several values."""
        single = st.one_of(*self._comparisons(), *(self.lists() if lists else []))
        groups = st.lists(st.lists(single, min_size=1, max_size=_JOINED), min_size=1, max_size=_GROUPS)
        made = groups.map(lambda some: _within(limit, some))
        full = [] if limit is None else self.full(limit)
        return st.one_of(made, *full).filter(lambda text: _fits(text, limit) and (lists or self._clear(text)))

    def full(self, length: int) -> Iterator[st.SearchStrategy[str]]:
        """Conditions of exactly so many characters, where an attribute has texts."""
        for attribute, signs in self._of_texts():
            sign, join = st.sampled_from(signs), st.sampled_from((Conjunction, Disjunction))
            seeds = filling(length, st.characters(categories=["L", "N"], codec="utf-8").filter(self._decided))
            yield st.builds(
                lambda attribute, sign, join, seed: self._filled(Comparison(attribute, sign, seed), join, length),
                st.just(attribute), sign, join, seeds,
            )  # fmt: skip

    def lists(self) -> list[st.SearchStrategy[Condition]]:
        """Conditions that name several values; none where the contract has no such operator."""
        return [
            st.builds(Membership, st.just(name), st.just(sign), st.lists(one, min_size=1, max_size=_LISTED).map(tuple))
            for name, one in self._operands()
            for sign in self.contract.filters.operators[name].values()
            if sign in LISTS
        ]

    def _comparisons(self) -> Iterator[st.SearchStrategy[Condition]]:
        for name, operand in self._operands():
            yield st.builds(Comparison, st.just(name), st.sampled_from(self._signs(name)), operand)

    def _signs(self, attribute: str) -> list[str]:
        return [one for one in self.contract.filters.operators[attribute].values() if one not in LISTS]

    def _operands(self) -> Iterator[tuple[str, st.SearchStrategy[int] | st.SearchStrategy[str]]]:
        """The values of each attribute that some source allows."""
        least, most = (self.contract.filters.undecided.get(name) for name in ("minimum", "maximum"))
        numbers = st.integers(least, most)
        for name in self.contract.filters.attributes:
            yield name, numbers if name in self.contract.filters.integers else self._words()

    def _words(self) -> st.SearchStrategy[str]:
        letters = st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"')
        usual = st.one_of(letters, st.just(" ")).filter(lambda one: one == " " or self._decided(one))
        longest = self.contract.filters.undecided.get("longest")
        words = st.text(usual, min_size=1, max_size=longest)
        return words.filter(lambda text: text == text.strip() and self._decided(text))

    def _decided(self, operand: str) -> bool:
        return self.contract.filters.decided(operand)

    def _of_texts(self) -> list[tuple[str, list[str]]]:
        filters = self.contract.filters
        return [(name, self._signs(name)) for name in filters.attributes if name not in filters.integers]

    def _filled(self, one: Comparison, join: type[Conjunction | Disjunction], length: int) -> str:
        """A condition on a long text, broken into as many as its operands need, of exactly so many characters."""
        blank = Comparison(one.attribute, one.operator, "")
        own = len(render(blank))
        gap = len(render(join(blank, blank))) - 2 * own
        longest = self.contract.filters.undecided.get("longest", length)
        count = -(-(length + gap) // (own + gap + longest))
        letters = length + gap - count * (own + gap)
        sizes = [(letters + place) // count for place in range(count)]
        operands = [str(one.operand)[:size] for size in sizes]
        return render(reduce(join, [Comparison(one.attribute, one.operator, text) for text in operands]))

    def _clear(self, text: str) -> bool:
        return standing(self.contract, text) is Standing.CLEAR


def _within(limit: int | None, groups: Groups) -> str:
    """The text of as many of the conditions as there is room for, one at the least."""
    *rest, last = groups
    text = render(reduce(Disjunction, [reduce(Conjunction, one) for one in groups]))
    if _fits(text, limit) or (not rest and len(last) == 1):
        return text
    return _within(limit, [*rest, last[:-1]] if len(last) > 1 else rest)


def _fits(text: str, limit: int | None) -> bool:
    return limit is None or len(text) <= limit
