"""Defects of comparing: operands and attributes taken for others, operators that are not understood."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import rewriting
from imagesearch_conformance.emulator.faults.effects import OPERATORS
from imagesearch_conformance.emulator.faults.filtering import refiltered
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import Found
from imagesearch_conformance.filters.conditions import Comparison, Condition, Conjunction, Disjunction
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.signing.encoding import Pairs

#: What needs junctions, and what asks with filters that the page shows or that are long.
_COMBINED = ("filter.and", "filter.or", "filter.partition", "filter.precedence", "filter.spacing")
_SHOWN = ("filter.maxlength", "filter.format")

#: A filter that nobody accepts.
_REFUSED = "("


def _all_comparisons(condition: Condition, change: Callable[[Comparison], Comparison]) -> Condition:
    if isinstance(condition, Comparison):
        return change(condition)
    if isinstance(condition, Conjunction | Disjunction):
        left, right = _all_comparisons(condition.left, change), _all_comparisons(condition.right, change)
        return type(condition)(left, right)
    return condition


def _valued(name: str, description: str, breaks: tuple[str, ...], change: Callable[[Any], Any]) -> Fault:
    """Both operands and attributes pass through the function before they are compared."""

    def hook(found: Found, about: Circumstances) -> Found:
        if found.query.condition is None:
            return found
        asked = _all_comparisons(found.query.condition, lambda one: evolve(one, operand=change(one.operand)))
        return refiltered(found, about, lambda image: satisfies(asked, _changed(image, about, change)))

    return Fault(name, description, breaks, found=hook)


def _changed(image: StoredImage, about: Circumstances, change: Callable[[Any], Any]) -> Mapping[str, Any]:
    columns = about.contract.filters.attributes
    return {name: change(image.attributes[one]) for name, one in columns.items() if one in image.attributes}


def _single_precision(value: Any) -> Any:
    return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, int) else value


def _third_lost(condition: Condition) -> Condition:
    """Of a chain of one junction the first two conditions count."""
    left = getattr(condition, "left", None)
    return _third_lost(left) if type(left) is type(condition) and not isinstance(left, Comparison) else condition


def _unsupported(name: str, description: str, breaks: tuple[str, ...], concerns: Callable[[Condition], bool]) -> Fault:
    """Filters that hold such a condition are refused."""

    def hook(pairs: Pairs, about: Circumstances) -> Pairs:
        return tuple(
            (key, _REFUSED if key == about.roles.filter and meant(value, about) else value) for key, value in pairs
        )

    def meant(text: str, about: Circumstances) -> bool:
        condition = about.contract.filters.read(text)
        return condition is not None and any(map(concerns, _within(condition)))

    return Fault(name, description, breaks, given=hook)


def _within(condition: Condition) -> Iterator[Condition]:
    """A condition and all its parts; a filter may be nested deeper than Python's stack."""
    waiting = [condition]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Conjunction | Disjunction):
            waiting += (one.left, one.right)


def _tolerant(name: str, description: str, *corrections: tuple[str, str]) -> Fault:
    """A filter that breaks the grammar is read as another that does not: patterns, and what replaces them."""

    def read(text: str, _about: Circumstances) -> str:
        for pattern, replacement in corrections:
            text = re.sub(pattern, replacement, text)
        return text

    return Fault(f"filter-{name}-accepted", description, ("filter.format",), given=rewriting("Filter", read))


FAULTS = (
    _valued(
        "filter-integers-in-32-bit-floats",
        "Integers are compared as floating-point numbers of 32 bits.",
        ("filter.int_attr.*",),
        _single_precision,
    ),
    _valued(
        "filter-strings-shortened",
        "Of strings the first six characters are compared.",
        ("filter.str_attr.*",),
        lambda one: one[:6] if isinstance(one, str) else one,
    ),
    # Without an answer there are no pages and scores of filtered searches to be compared either.
    evolve(
        _unsupported(
            "filter-refused",
            "Every filter is refused.",
            (*OPERATORS, *_COMBINED, *_SHOWN, "filter.absent", "filter.everywhere", "filter.optional", "request.full"),
            lambda _: True,
        ),
        besides=("paging.counters", "paging.total", "paging.beyond", "ranking.steady"),
    ),
    _unsupported(
        "filter-and-refused",
        "Filters with AND are refused.",
        ("filter.and", "filter.precedence", "filter.spacing", "filter.maxlength", "filter.format"),
        lambda one: isinstance(one, Conjunction),
    ),
    _unsupported(
        "filter-or-refused",
        "Filters with OR are refused.",
        ("filter.or", "filter.precedence"),
        lambda one: isinstance(one, Disjunction),
    ),
    _tolerant("string-order", "Strings may be compared by order.", (r"(str_\w+)[<>]=?", r"\1=")),
    _tolerant(
        "sloppy-comparison",
        "An operator may stand there twice or be missing, an operand too.",
        (r"([<>])\1", r"\1"),
        (r"(int_\w+) (\d)", r"\1=\2"),
        (r"(int_\w+>=)$", r"\g<1>0"),
    ),
    _tolerant(
        "open-end",
        "A string may end with the filter, a parenthesis need not be closed.",
        (r'^([^"]*"[^"]*)$', r'\1"'),
        (r"^\(([^()]*)$", r"\1"),
    ),
    _tolerant("unknown-attribute", "An unknown attribute counts as the first.", (r"^price", "int_attr")),
    _tolerant("trailing-statement", "What follows a semicolon is ignored.", (r'^([^";]*);.*$', r"\1")),
)
