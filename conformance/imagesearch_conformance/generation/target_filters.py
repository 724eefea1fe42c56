"""Strategies for filters on the data of a target, and for invalid filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from attrs import frozen
from hypothesis import strategies as st

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

#: Limits on the conditions that AND or OR joins, and on each of both in a filter with both.
_MAX_JOINED, _MAX_MIXED = 5, 3

#: The length of lists where filters are short, and the characters that a list value takes.
_DEFAULT_MAX_OPERANDS, _MAX_OPERAND_LENGTH = 3, 130

#: Tokens of conditions, to be removed, doubled or inserted.
_TOKENS = (" ", "=", ">", "<", '"', "(", ")", "AND", "OR")

#: Texts that have a meaning in other languages, but stand for themselves within quotes.
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

#: The limit on the pieces of a text.
_MAX_PIECES = 8


@frozen(repr=False)
class TargetFilterStrategies:
    """Strategies for the filters of one target; `values` are the known values of each attribute."""

    builder: CaseBuilder
    values: Mapping[str, Sequence[int | str]]

    @classmethod
    def from_builder(cls, builder: CaseBuilder) -> TargetFilterStrategies:
        """Create strategies with the values of the survey, or with default values where it found none."""
        is_integer = {
            success_field.path[-1]: success_field.is_integer for success_field in builder.contract.success_fields
        }
        columns = builder.contract.filter_rules.attributes
        defaults = {name: [0] if is_integer[column] else ["a"] for name, column in columns.items()}
        return cls(builder, {**defaults, **attribute_values(builder)})

    def texts(self) -> st.SearchStrategy[str]:
        """Return valid filters."""
        return self.conditions().map(render)

    def conditions(self) -> st.SearchStrategy[Condition]:
        """Return conditions joined by AND, by OR or by both; with lists where the contract has them."""
        lists = [strategy for name, values in self.values.items() for strategy in self._list_conditions(name, values)]
        if not lists:
            return self._joined_comparisons()
        conditions = st.one_of(self._joined_comparisons(), self._with_one_list(lists))
        # Hypothesis may compute the representation of a strategy, which would contain all values of this one.
        return st.none().flatmap(lambda _: conditions)

    def _with_one_list(self, list_conditions: list[st.SearchStrategy[Condition]]) -> st.SearchStrategy[Condition]:
        """Return joined conditions with a single list, so that a failure belongs to the operator of that list."""
        comparisons = st.lists(self._comparisons(), max_size=_MAX_JOINED - 1)
        joins = st.sampled_from((_join_with_and, _join_with_or))
        return st.builds(lambda first, rest, join: join([first, *rest]), st.one_of(list_conditions), comparisons, joins)

    def _list_conditions(self, attribute: str, values: Sequence[int | str]) -> Iterator[st.SearchStrategy[Condition]]:
        signs = [
            sign for sign in self.builder.contract.filter_rules.operators[attribute].values() if sign in LIST_OPERATORS
        ]
        operands = st.lists(self._operands(values), min_size=1, max_size=self._max_operands).map(tuple)
        yield from (st.builds(MembershipNode, st.just(attribute), st.just(sign), operands) for sign in signs)

    @property
    def _max_operands(self) -> int:
        parameter = self.builder.contract.filter_parameter
        return max(_DEFAULT_MAX_OPERANDS, (parameter.max_length or 0 if parameter else 0) // _MAX_OPERAND_LENGTH)

    def _joined_comparisons(self) -> st.SearchStrategy[Condition]:
        comparisons = st.lists(self._comparisons(), min_size=1, max_size=_MAX_JOINED)
        group = st.lists(self._comparisons(), min_size=1, max_size=_MAX_MIXED)
        groups = st.lists(group, min_size=1, max_size=_MAX_MIXED)
        return st.one_of(
            comparisons.map(_join_with_and),
            comparisons.map(_join_with_or),
            groups.map(lambda groups: _join_with_or([_join_with_and(group) for group in groups])),
        )

    def invalid_texts(self) -> st.SearchStrategy[str]:
        """Return invalid filters of the contract, and filters with one token removed, doubled or inserted."""
        known = [text for text, _ in self.builder.contract.filter_rules.invalid_conditions.values()]
        return st.one_of(st.sampled_from(known), self._damaged_texts()) if known else self._damaged_texts()

    def _damaged_texts(self) -> st.SearchStrategy[str]:
        def damage(text: str, position: int, token: str, occurrences: int) -> str:
            position %= len(text) + 1
            if occurrences == 0:
                return text[:position] + token + text[position:]
            return text.replace(token, "" if occurrences == 1 else token * 2, 1)

        positions, tokens = st.integers(0, 200), st.sampled_from(_TOKENS)
        return st.builds(damage, self.texts(), positions, tokens, st.integers(0, 2))

    def _comparisons(self) -> st.SearchStrategy[Condition]:
        return st.one_of([self._attribute_comparisons(name, values) for name, values in self.values.items()])

    def _attribute_comparisons(self, attribute: str, values: Sequence[int | str]) -> st.SearchStrategy[Condition]:
        signs = [
            sign
            for sign in self.builder.contract.filter_rules.operators[attribute].values()
            if sign not in LIST_OPERATORS
        ]
        return st.builds(ComparisonNode, st.just(attribute), st.sampled_from(signs), self._operands(values))

    def _operands(self, values: Sequence[int | str]) -> st.SearchStrategy[int | str]:
        ordered = values_by_frequency(values)
        numbers = [value for value in ordered if isinstance(value, int)]
        texts = [value for value in ordered if isinstance(value, str)]
        return _near_integers(numbers) if numbers else _similar_texts(texts)


def _near_integers(numbers: list[int]) -> st.SearchStrategy[int | str]:
    """Return known integers, their neighbours, and any other integers."""
    near = st.builds(lambda value, step: value + step, st.sampled_from(numbers), st.sampled_from([0, 1, -1]))
    return st.one_of(near, st.integers(-(2**31), 2**31 - 1))


def _similar_texts(texts: list[str]) -> st.SearchStrategy[int | str]:
    """Return known texts, variants of them, and any other texts, with characters special in other languages."""
    known = st.sampled_from(texts)
    letters = st.characters(codec="utf-8", exclude_characters='"', exclude_categories=["C", "Z"])
    pieces = st.one_of(st.sampled_from(_SPECIAL_TEXTS), letters)
    variants = st.one_of(known.map(str.swapcase), st.builds(str.__add__, known, pieces))
    return st.one_of(known, variants, st.lists(pieces, max_size=_MAX_PIECES).map("".join))


def _join_with_and(conditions: list[Condition]) -> Condition:
    return reduce(ConjunctionNode, conditions)


def _join_with_or(conditions: list[Condition]) -> Condition:
    return reduce(DisjunctionNode, conditions)
