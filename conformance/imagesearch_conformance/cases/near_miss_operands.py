"""Operands that a careless comparison confuses with values of entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from os.path import commonprefix

from imagesearch_conformance.filters.ast import ComparisonNode
from imagesearch_conformance.filters.evaluation import satisfies

#: Bits of an integer that a 32-bit floating-point number represents exactly.
_FLOAT32_PRECISION_BITS = 24


def near_misses(word: str) -> Mapping[str, str]:
    return {
        "wildcard": f"_{word[1:]}",
        "beginning": word[:-1],
        "capitals": word.swapcase(),
        "spaced": f"{word[0]} {word[1:]}",
        "padded": f"{word} ",
    }


def word_with_longest_shared_prefix(texts: Sequence[str]) -> str | None:
    """Return the word that shares the longest prefix with another text, to detect comparisons of prefixes."""
    ordered, shared = sorted(set(texts)), dict[str, int]()
    for pair in pairwise(ordered):
        length = len(commonprefix(pair))  # noqa: RUF071 these are texts, not paths
        for text in pair:
            shared[text] = max(shared.get(text, 0), length)
    words = (text for text in ordered if len(text) > 1 and text.isascii())
    return max(words, key=lambda word: (shared.get(word, 0), word.isalnum(), len(word)), default=None)


def float32_collisions(operator: str, values: Sequence[int]) -> Iterator[int]:
    """Yield operands next to the extreme values for which the operator errs on integers rounded to 32-bit floats."""
    for value in (max(values), min(values)):
        for operand in (value - 1, value + 1):
            if _is_satisfied(operator, value, operand) is not _is_satisfied(
                operator, _round_to_float32(value), _round_to_float32(operand)
            ):
                yield operand


def _is_satisfied(operator: str, value: int, operand: int) -> bool:
    return satisfies(ComparisonNode("", operator, operand), {"": value})


def _round_to_float32(value: int) -> int:
    excess_bits = max(value.bit_length() - _FLOAT32_PRECISION_BITS, 0)
    return round(value / (1 << excess_bits)) << excess_bits
