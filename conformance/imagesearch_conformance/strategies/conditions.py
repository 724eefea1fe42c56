"""Strategies for filters: conditions of the contract's attributes and operators, and all that its grammar allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from attrs import evolve, frozen
from hypothesis import strategies as st
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

#: After so many others come conditions that fill all the room, or any of the grammar.
_FULL, _ODD = 4, 9

_GRAMMAR = "filter.lark"

#: Conditions in groups, and what joins the groups and what is within each.
Groups = Sequence[Sequence[Condition]]
Joins = tuple[type[Conjunction | Disjunction], type[Conjunction | Disjunction]]


def filter_texts(contract: Contract, *, left_open: bool = False) -> st.SearchStrategy[str]:
    """Filters within the length limit: clear ones, or with `left_open` any of the grammar as well."""
    made, limit = Conditions(contract), _limit(contract)
    clear = made.texts(limit)
    if not left_open:
        return clear
    # What the grammar alone makes is all but endless, and slow.
    written, odd = st.one_of(clear, made.open_texts(limit)), _of_grammar(contract, limit)
    return st.integers(0, _ODD).flatmap(lambda number: odd if number == _ODD else written)


def _limit(contract: Contract) -> int | None:
    return None if contract.filter is None else contract.filter.max_length


def _of_grammar(contract: Contract, limit: int | None) -> st.SearchStrategy[str]:
    """Everything that the grammar allows, however it is written."""
    from hypothesis.extra.lark import from_lark  # noqa: PLC0415 it reads tables, which Hypothesis forbids a conftest

    # The dynamic lexer of lark's default parser is what the strategy needs.
    grammar = Lark(contract.documents.text(_GRAMMAR))
    found = from_lark(grammar, alphabet=st.characters(codec="utf-8", exclude_characters='"'))
    # Words that touch may be others to the parser.
    return found.filter(lambda text: _fits(text, limit) and contract.filters.language.allows(text))


@frozen(repr=False)
class Conditions:
    """Strategies for the conditions of a contract."""

    contract: Contract

    def texts(self, limit: int | None) -> st.SearchStrategy[str]:
        """Conditions as the page writes them, as many as there is room for."""
        made = _groups(self._comparisons()).map(lambda some: _within(limit, some, (Disjunction, Conjunction)))
        found = made if limit is None or not self.fillable else _or_full(made, self.full(limit))
        return found.filter(lambda text: _fits(text, limit) and standing(self.contract, text) is Standing.CLEAR)

    def open_texts(self, limit: int | None) -> st.SearchStrategy[str]:
        """Conditions some of which name several values, or stand in parentheses."""
        groups = _groups([*self._comparisons(), *self._lists()])
        joins = st.sampled_from(((Disjunction, Conjunction), (Conjunction, Disjunction)))
        return st.builds(_within, st.just(limit), groups, joins).filter(lambda text: _fits(text, limit))

    @property
    def fillable(self) -> bool:
        """Whether an attribute has texts, which can be of any length."""
        return bool(self._blanks())

    def full(self, length: int) -> st.SearchStrategy[str]:
        """Conditions of exactly so many characters."""
        seeds = filling(length, st.characters(categories=["L", "N"], codec="utf-8").filter(self._decided))
        joins = st.sampled_from((Conjunction, Disjunction))
        return st.builds(self._filled, st.sampled_from(self._blanks()), joins, seeds)

    def _blanks(self) -> list[Comparison]:
        """Every comparison with a text, without any."""
        texts = [name for name in self.contract.filters.attributes if name not in self.contract.filters.integers]
        return [Comparison(name, sign, "") for name in texts for sign in self._signs(name)]

    def _comparisons(self) -> Iterator[st.SearchStrategy[Condition]]:
        for name, operand in self._operands():
            yield st.builds(Comparison, st.just(name), st.sampled_from(self._signs(name)), operand)

    def _lists(self) -> Iterator[st.SearchStrategy[Condition]]:
        """Conditions that name several values; none where the contract has no such operator."""
        for name, operand in self._operands():
            signs = [one for one in self.contract.filters.operators[name].values() if one in LISTS]
            operands = st.lists(operand, min_size=1, max_size=_LISTED).map(tuple)
            if signs:
                yield st.builds(Membership, st.just(name), st.sampled_from(signs), operands)

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

    def _filled(self, blank: Comparison, join: type[Conjunction | Disjunction], text: str) -> str:
        """A condition on a long text, broken into as many as its operands need, as long as the text altogether."""
        own = len(render(blank))
        gap, length = len(render(join(blank, blank))) - 2 * own, len(text)
        longest = self.contract.filters.undecided.get("longest", length)
        count = -(-(length + gap) // (own + gap + longest))
        letters = length + gap - count * (own + gap)
        parts: list[Condition] = [evolve(blank, operand=text[: (letters + place) // count]) for place in range(count)]
        return render(reduce(join, parts))


@st.composite
def _or_full(draw: st.DrawFn, made: st.SearchStrategy[str], full: st.SearchStrategy[str]) -> str:
    """Conditions, and now and then full ones, which are never the smaller example of both."""
    text = draw(made)
    return draw(full) if draw(st.integers(0, _FULL)) == _FULL else text


def _groups(singles: Iterable[st.SearchStrategy[Condition]]) -> st.SearchStrategy[Groups]:
    few = st.lists(st.one_of(*singles), min_size=1, max_size=_JOINED)
    return st.lists(few, min_size=1, max_size=_GROUPS)


def _within(limit: int | None, groups: Groups, joins: Joins) -> str:
    """The text of as many of the conditions as there is room for, one at the least."""
    (*rest, last), (outer, inner) = groups, joins
    text = render(reduce(outer, [reduce(inner, one) for one in groups]))
    if _fits(text, limit) or (not rest and len(last) == 1):
        return text
    return _within(limit, [*rest, last[:-1]] if len(last) > 1 else rest, joins)


def _fits(text: str, limit: int | None) -> bool:
    return limit is None or len(text) <= limit
