"""Operands that a careless comparison takes for values that are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile

from imagesearch_conformance.filters.ast import ComparisonNode, satisfies

#: So many bits of an integer fit into a floating-point number of 32 bits.
_FLOAT32_PRECISION_BITS = 24


def near_misses(word: str) -> Mapping[str, str]:
    """Texts beside a word: a pattern, a beginning, other capitals, other spaces."""
    return {
        "wildcard": f"_{word[1:]}",
        "beginning": word[:-1],
        "capitals": word.swapcase(),
        "spaced": f"{word[0]} {word[1:]}",
        "padded": f"{word} ",
    }


def word_with_longest_shared_prefix(texts: Sequence[str]) -> str | None:
    """The word that shares the longest beginning with another text, so that a comparison of beginnings shows."""
    ordered, shared = sorted(set(texts)), dict[str, int]()
    for pair in pairwise(ordered):
        for one in pair:
            shared[one] = max(shared.get(one, 0), _shared_prefix_length(*pair))
    words = (one for one in ordered if len(one) > 1 and one.isascii())
    return max(words, key=lambda one: (shared.get(one, 0), one.isalnum(), len(one)), default=None)


def _shared_prefix_length(first: str, second: str) -> int:
    """How many first characters are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def float32_collisions(operator: str, values: Sequence[int]) -> Iterator[int]:
    """Operands next to the extreme values for which the operator errs where integers are rounded to 32 bits."""
    for value in (max(values), min(values)):
        for operand in (value - 1, value + 1):
            if _is_satisfied(operator, value, operand) is not _is_satisfied(
                operator, _round_to_float32(value), _round_to_float32(operand)
            ):
                yield operand


def _is_satisfied(operator: str, value: int, operand: int) -> bool:
    return satisfies(ComparisonNode("", operator, operand), {"": value})


def _round_to_float32(value: int) -> int:
    """The value of a floating-point number of 32 bits."""
    beyond = max(value.bit_length() - _FLOAT32_PRECISION_BITS, 0)
    return round(value / (1 << beyond)) << beyond
