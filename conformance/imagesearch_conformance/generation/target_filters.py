"""Strategies for filters: trees of conditions over what the target holds, and texts that are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_conditions import values_by_frequency
from imagesearch_conformance.cases.generated_placeholders import attribute_values
from imagesearch_conformance.filters.ast import (
    LIST_OPERATORS,
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    MembershipNode,
    render,
)

#: The most conditions that AND or OR joins, and the most where there are both.
_MAX_JOINED, _MAX_MIXED = 5, 3

#: The most values that a list has at least the room for, and the characters that one takes at the most.
_DEFAULT_MAX_OPERANDS, _MAX_OPERAND_LENGTH = 3, 130

#: What stands around and within conditions, to be lost or doubled.
_TOKENS = (" ", "=", ">", "<", '"', "(", ")", "AND", "OR")

#: What ends, joins or matches something in other languages, and means only itself within quotes here.
_SPECIAL_TEXTS = (
    "'",
    "a",
    "0",
    "_",
    "*",
    "?",
    ";",
    "--",
    "(",
    ")",
    "=",
    ">",
    "#",
    "+",
    "/",
    "a AND b",
    "a OR b",
    "null",
)

#: The most pieces of a text.
_MAX_PIECES = 8

_GRAMMAR_FILE = "filter.lark"


@frozen(repr=False)
class TargetFilterStrategies:
    """Strategies for the conditions of one target; `values` are those shown of each attribute."""

    builder: CaseBuilder
    values: Mapping[str, Sequence[int | str]]

    @classmethod
    def from_builder(cls, builder: CaseBuilder) -> TargetFilterStrategies:
        """Strategies over what the survey found, or over plain values where it found none."""
        columns = {one.path[-1]: one.is_integer for one in builder.contract.success_fields}
        blank = {
            name: [0] if columns[column] else ["a"] for name, column in builder.contract.filter_rules.attributes.items()
        }
        return cls(builder, {**blank, **attribute_values(builder)})

    def texts(self) -> st.SearchStrategy[str]:
        """Conditions as the page writes them."""
        return self.conditions().map(render)

    def conditions(self) -> st.SearchStrategy[Condition]:
        """Conditions joined by AND, by OR, or some by AND and those by OR; lists where the contract has them."""
        lists = [one for name, shown in self.values.items() for one in self._list_conditions(name, shown)]
        if not lists:
            return self._joined_comparisons()
        made = st.one_of(self._joined_comparisons(), self._with_one_list(lists))
        # Hypothesis spells strategies out now and then, and this one has all values within it.
        return st.none().flatmap(lambda _: made)

    def _with_one_list(self, list_conditions: list[st.SearchStrategy[Condition]]) -> st.SearchStrategy[Condition]:
        """Conditions of which one names several values: what departs then is told of that one operator."""
        some, joins = (
            st.lists(self._comparisons(), max_size=_MAX_JOINED - 1),
            st.sampled_from((_join_with_and, _join_with_or)),
        )
        return st.builds(lambda one, rest, join: join([one, *rest]), st.one_of(list_conditions), some, joins)

    def _list_conditions(self, attribute: str, values: Sequence[int | str]) -> Iterator[st.SearchStrategy[Condition]]:
        signs = [
            sign for sign in self.builder.contract.filter_rules.operators[attribute].values() if sign in LIST_OPERATORS
        ]
        operands = st.lists(self._operands(values), min_size=1, max_size=self._max_operands).map(tuple)
        yield from (st.builds(MembershipNode, st.just(attribute), st.just(sign), operands) for sign in signs)

    @property
    def _max_operands(self) -> int:
        """Many where filters may be long."""
        parameter = self.builder.contract.filter_parameter
        return max(_DEFAULT_MAX_OPERANDS, (parameter.max_length or 0 if parameter else 0) // _MAX_OPERAND_LENGTH)

    def _joined_comparisons(self) -> st.SearchStrategy[Condition]:
        many = st.lists(self._comparisons(), min_size=1, max_size=_MAX_JOINED)
        few = st.lists(self._comparisons(), min_size=1, max_size=_MAX_MIXED)
        groups = st.lists(few, min_size=1, max_size=_MAX_MIXED)
        return st.one_of(
            many.map(_join_with_and),
            many.map(_join_with_or),
            groups.map(lambda some: _join_with_or([_join_with_and(one) for one in some])),
        )

    def grammar_texts(self) -> st.SearchStrategy[str]:
        """Everything that the grammar allows, however it is written; parts of it may be none."""
        # The dynamic lexer of lark's default parser is what the strategy needs.
        grammar = Lark(self.builder.contract.spec_files.text(_GRAMMAR_FILE))
        return from_lark(grammar, alphabet=st.characters(codec="utf-8", exclude_characters='"'))

    def invalid_texts(self) -> st.SearchStrategy[str]:
        """Conditions with one token lost, doubled or put in, and those that the contract names."""
        known = [text for text, _ in self.builder.contract.filter_rules.invalid_conditions.values()]
        return st.one_of(st.sampled_from(known), self._damaged_texts()) if known else self._damaged_texts()

    def _damaged_texts(self) -> st.SearchStrategy[str]:
        def damage(text: str, position: int, token: str, kind: int) -> str:
            position %= len(text) + 1
            if kind == 0:
                return text[:position] + token + text[position:]
            return text.replace(token, "" if kind == 1 else token * 2, 1)

        places, tokens = st.integers(0, 200), st.sampled_from(_TOKENS)
        return st.builds(damage, self.texts(), places, tokens, st.integers(0, 2))

    def _comparisons(self) -> st.SearchStrategy[Condition]:
        return st.one_of([self._attribute_comparisons(name, shown) for name, shown in self.values.items()])

    def _attribute_comparisons(self, attribute: str, values: Sequence[int | str]) -> st.SearchStrategy[Condition]:
        signs = [
            sign
            for sign in self.builder.contract.filter_rules.operators[attribute].values()
            if sign not in LIST_OPERATORS
        ]
        return st.builds(ComparisonNode, st.just(attribute), st.sampled_from(signs), self._operands(values))

    def _operands(self, values: Sequence[int | str]) -> st.SearchStrategy[int | str]:
        common = values_by_frequency(values)
        numbers = [one for one in common if isinstance(one, int)]
        texts = [one for one in common if isinstance(one, str)]
        return _near_integers(numbers) if numbers else _similar_texts(texts)


def _near_integers(numbers: list[int]) -> st.SearchStrategy[int | str]:
    """Integers that are shown, their neighbours, and any."""
    near = st.builds(lambda value, step: value + step, st.sampled_from(numbers), st.sampled_from([0, 1, -1]))
    return st.one_of(near, st.integers(-(2**31), 2**31 - 1))


def _similar_texts(texts: list[str]) -> st.SearchStrategy[int | str]:
    """Texts that are shown, parts and variants of them, and any; with what other languages give a meaning."""
    shown = st.sampled_from(texts)
    letters = st.characters(codec="utf-8", exclude_characters='"', exclude_categories=["C", "Z"])
    pieces = st.one_of(st.sampled_from(_SPECIAL_TEXTS), letters)
    variants = st.one_of(shown.map(str.swapcase), st.builds(str.__add__, shown, pieces))
    return st.one_of(shown, variants, st.lists(pieces, max_size=_MAX_PIECES).map("".join))


def _join_with_and(conditions: list[Condition]) -> Condition:
    return reduce(ConjunctionNode, conditions)


def _join_with_or(conditions: list[Condition]) -> Condition:
    return reduce(DisjunctionNode, conditions)
