"""Operands that only a careless comparison takes for a value that is shown."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.cases.near_miss_operands import float32_collisions, word_with_longest_shared_prefix
from imagesearch_conformance.filters.ast import ComparisonNode, satisfies

SIGNS = (">", ">=", "<", "<=", "=")


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
def test_the_word_shares_the_longest_beginning_with_another(texts, word):
    assert word_with_longest_shared_prefix(texts) == word


@given(sign=st.sampled_from(SIGNS), values=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1))
def test_an_operand_tells_exact_integers_from_rounded_ones(sign, values):
    def rounded(value):
        return int(struct.unpack("f", struct.pack("f", value))[0])

    for operand in float32_collisions(sign, values):
        told = [
            (satisfies(ComparisonNode("a", sign, operand), {"a": value}),
             satisfies(ComparisonNode("a", sign, rounded(operand)), {"a": rounded(value)}))
            for value in values
        ]  # fmt: skip
        assert any(exact is not careless for exact, careless in told)


@pytest.mark.parametrize("sign", SIGNS)
def test_the_largest_integers_of_32_bits_have_one_for_every_operator(sign):
    operands = [one for one in float32_collisions(sign, [2**31 - 1, 0, -(2**31)]) if -(2**31) <= one < 2**31]
    assert operands


@pytest.mark.parametrize("sign", SIGNS)
def test_small_integers_have_none(sign):
    assert list(float32_collisions(sign, [0, 1000, 2**24 - 2])) == []
