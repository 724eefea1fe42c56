"""Strategies for filters: trees of conditions over what the target holds, and texts that are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from imagesearch_conformance.cases.conditions import by_frequency
from imagesearch_conformance.cases.generated import attributes_shown
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.filters.conditions import (
    LISTS,
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    Membership,
)
from imagesearch_conformance.filters.rendering import render

#: The most conditions that AND or OR joins, and the most where there are both.
_JOINED, _FEW = 5, 3

#: The most values that a list has at least the room for, and the characters that one takes at the most.
_LISTED, _ROOM = 3, 130

#: What stands around and within conditions, to be lost or doubled.
_TOKENS = (" ", "=", ">", "<", '"', "(", ")", "AND", "OR")

#: What ends, joins or matches something in other languages, and means only itself within quotes here.
_TELLING = ("'", "a", "0", "_", "*", "?", ";", "--", "(", ")", "=", ">", "#", "+", "/", "a AND b", "a OR b", "null")

#: The most pieces of a text.
_PIECES = 8

_GRAMMAR = "filter.lark"


@frozen(repr=False)
class Conditions:
    """Strategies for the conditions of one target; `values` are those shown of each attribute."""

    shop: Workshop
    values: Mapping[str, Sequence[int | str]]

    @classmethod
    def of(cls, shop: Workshop) -> Conditions:
        """Strategies over what the survey found, or over plain values where it found none."""
        columns = {one.path[-1]: one.integer for one in shop.contract.success_fields}
        blank = {name: [0] if columns[column] else ["a"] for name, column in shop.contract.filters.attributes.items()}
        return cls(shop, {**blank, **attributes_shown(shop)})

    def texts(self) -> st.SearchStrategy[str]:
        """Conditions as the page writes them."""
        return self.trees().map(render)

    def trees(self) -> st.SearchStrategy[Condition]:
        """Conditions joined by AND, by OR, or some by AND and those by OR; lists where the contract has them."""
        lists = [one for name, shown in self.values.items() for one in self._lists(name, shown)]
        if not lists:
            return self._joined()
        made = st.one_of(self._joined(), self._with(lists))
        # Hypothesis spells strategies out now and then, and this one has all values within it.
        return st.none().flatmap(lambda _: made)

    def _with(self, lists: list[st.SearchStrategy[Condition]]) -> st.SearchStrategy[Condition]:
        """Conditions of which one names several values: what departs then is told of that one operator."""
        some, joins = st.lists(self._comparison(), max_size=_JOINED - 1), st.sampled_from((_all, _any))
        return st.builds(lambda one, rest, join: join([one, *rest]), st.one_of(lists), some, joins)

    def _lists(self, name: str, shown: Sequence[int | str]) -> Iterator[st.SearchStrategy[Condition]]:
        signs = [sign for sign in self.shop.contract.filters.operators[name].values() if sign in LISTS]
        operands = st.lists(self._operands(shown), min_size=1, max_size=self._most_operands).map(tuple)
        yield from (st.builds(Membership, st.just(name), st.just(sign), operands) for sign in signs)

    @property
    def _most_operands(self) -> int:
        """Many where filters may be long."""
        parameter = self.shop.contract.filter
        return max(_LISTED, (parameter.max_length or 0 if parameter else 0) // _ROOM)

    def _joined(self) -> st.SearchStrategy[Condition]:
        many = st.lists(self._comparison(), min_size=1, max_size=_JOINED)
        few = st.lists(self._comparison(), min_size=1, max_size=_FEW)
        groups = st.lists(few, min_size=1, max_size=_FEW)
        return st.one_of(many.map(_all), many.map(_any), groups.map(lambda some: _any([_all(one) for one in some])))

    def odd_texts(self) -> st.SearchStrategy[str]:
        """Everything that the grammar allows, however it is written; parts of it may be none."""
        # The dynamic lexer of lark's default parser is what the strategy needs.
        grammar = Lark(self.shop.contract.documents.text(_GRAMMAR))
        return from_lark(grammar, alphabet=st.characters(codec="utf-8", exclude_characters='"'))

    def broken_texts(self) -> st.SearchStrategy[str]:
        """Conditions with one token lost, doubled or put in, and those that the contract names."""
        known = [text for text, _ in self.shop.contract.filters.refused.values()]
        return st.one_of(st.sampled_from(known), self._damaged()) if known else self._damaged()

    def _damaged(self) -> st.SearchStrategy[str]:
        def damaged(text: str, place: int, token: str, kind: int) -> str:
            place %= len(text) + 1
            if kind == 0:
                return text[:place] + token + text[place:]
            return text.replace(token, "" if kind == 1 else token * 2, 1)

        places, tokens = st.integers(0, 200), st.sampled_from(_TOKENS)
        return st.builds(damaged, self.texts(), places, tokens, st.integers(0, 2))

    def _comparison(self) -> st.SearchStrategy[Condition]:
        return st.one_of([self._of_attribute(name, shown) for name, shown in self.values.items()])

    def _of_attribute(self, name: str, shown: Sequence[int | str]) -> st.SearchStrategy[Condition]:
        signs = [sign for sign in self.shop.contract.filters.operators[name].values() if sign not in LISTS]
        return st.builds(Comparison, st.just(name), st.sampled_from(signs), self._operands(shown))

    def _operands(self, shown: Sequence[int | str]) -> st.SearchStrategy[int | str]:
        common = by_frequency(shown)
        numbers = [one for one in common if isinstance(one, int)]
        texts = [one for one in common if isinstance(one, str)]
        return _near(numbers) if numbers else _like(texts)


def _near(numbers: list[int]) -> st.SearchStrategy[int | str]:
    """Integers that are shown, their neighbours, and any."""
    near = st.builds(lambda value, step: value + step, st.sampled_from(numbers), st.sampled_from([0, 1, -1]))
    return st.one_of(near, st.integers(-(2**31), 2**31 - 1))


def _like(texts: list[str]) -> st.SearchStrategy[int | str]:
    """Texts that are shown, parts and variants of them, and any; with what other languages give a meaning."""
    shown = st.sampled_from(texts)
    letters = st.characters(codec="utf-8", exclude_characters='"', exclude_categories=["C", "Z"])
    pieces = st.one_of(st.sampled_from(_TELLING), letters)
    variants = st.one_of(shown.map(str.swapcase), st.builds(str.__add__, shown, pieces))
    return st.one_of(shown, variants, st.lists(pieces, max_size=_PIECES).map("".join))


def _all(conditions: list[Condition]) -> Condition:
    return reduce(Conjunction, conditions)


def _any(conditions: list[Condition]) -> Condition:
    return reduce(Disjunction, conditions)
