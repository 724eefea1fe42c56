"""Operands that a careless comparison confuses with values of entries."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.cases.filter_conditions import float32_collisions, word_with_longest_shared_prefix
from imagesearch_conformance.filters.ast import ComparisonNode, satisfies

OPERATORS = (">", ">=", "<", "<=", "=")


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        (["ss", "value1", "", "value"], "value1"),
        (["red", "reddish", "green"], "reddish"),
        (["value 1", "value1"], "value1"),
        (["one"], "one"),
        (["", "x", "图案"], None),
    ],
)
def test_the_word_shares_the_longest_prefix_with_another(texts, word):
    assert word_with_longest_shared_prefix(texts) == word


@given(operator=st.sampled_from(OPERATORS), values=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1))
def test_an_operand_distinguishes_exact_from_rounded_integers(operator, values):
    def round_to_float32(value):
        return int(struct.unpack("f", struct.pack("f", value))[0])

    for operand in float32_collisions(operator, values):
        exact = ComparisonNode("a", operator, operand)
        rounded = ComparisonNode("a", operator, round_to_float32(operand))
        assert any(
            satisfies(exact, {"a": value}) is not satisfies(rounded, {"a": round_to_float32(value)}) for value in values
        )


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_extreme_32_bit_integers_have_an_operand_for_each_operator(operator):
    operands = float32_collisions(operator, [2**31 - 1, 0, -(2**31)])
    assert [operand for operand in operands if -(2**31) <= operand < 2**31]


@pytest.mark.parametrize("operator", OPERATORS)
def test_small_integers_have_no_such_operand(operator):
    assert list(float32_collisions(operator, [0, 1000, 2**24 - 2])) == []
