"""Defects of comparing: operands and attributes taken for others, operators that are not understood."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import rewrite_parameter
from imagesearch_conformance.emulator.faults.filters import refilter
from imagesearch_conformance.emulator.faults.requirement_sets import FILTER_OPERATORS
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import SearchResult
from imagesearch_conformance.filters.ast import ComparisonNode, Condition, ConjunctionNode, DisjunctionNode, satisfies
from imagesearch_conformance.signing.encoding import Pairs

#: What needs junctions, and what asks with filters that the page shows or that are long.
_JUNCTION_REQUIREMENTS = ("filter.and", "filter.or", "filter.partition", "filter.precedence", "filter.spacing")
_LONG_FILTER_REQUIREMENTS = ("filter.maxlength", "filter.format")

#: A filter that nobody accepts.
_INVALID_FILTER = "("


def _change_comparisons(condition: Condition, change: Callable[[ComparisonNode], ComparisonNode]) -> Condition:
    if isinstance(condition, ComparisonNode):
        return change(condition)
    if isinstance(condition, ConjunctionNode | DisjunctionNode):
        left, right = _change_comparisons(condition.left, change), _change_comparisons(condition.right, change)
        return type(condition)(left, right)
    return condition


def _changed_values_fault(
    name: str, description: str, violates: tuple[str, ...], change: Callable[[Any], Any]
) -> Fault:
    """Both operands and attributes pass through the function before they are compared."""

    def hook(result: SearchResult, context: FaultContext) -> SearchResult:
        if result.query.condition is None:
            return result
        asked = _change_comparisons(
            result.query.condition, lambda comparison: evolve(comparison, operand=change(comparison.operand))
        )
        return refilter(result, context, lambda image: satisfies(asked, _change_attributes(image, context, change)))

    return Fault(name, description, violates, result=hook)


def _change_attributes(image: StoredImage, context: FaultContext, change: Callable[[Any], Any]) -> Mapping[str, Any]:
    columns = context.contract.filter_rules.attributes
    return {name: change(image.attributes[one]) for name, one in columns.items() if one in image.attributes}


def _round_to_float32(value: Any) -> Any:
    return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, int) else value


def _drop_third_condition(condition: Condition) -> Condition:
    """Of a chain of one junction the first two conditions count."""
    left = getattr(condition, "left", None)
    return (
        _drop_third_condition(left)
        if type(left) is type(condition) and not isinstance(left, ComparisonNode)
        else condition
    )


def _rejected_filter_fault(
    name: str, description: str, violates: tuple[str, ...], is_unsupported: Callable[[Condition], bool]
) -> Fault:
    """Filters that hold such a condition are refused."""

    def hook(pairs: Pairs, context: FaultContext) -> Pairs:
        return tuple(
            (key, _INVALID_FILTER if key == context.roles.filter and is_affected(value, context) else value)
            for key, value in pairs
        )

    def is_affected(text: str, context: FaultContext) -> bool:
        condition = context.contract.filter_rules.parse_leniently(text)
        return condition is not None and any(map(is_unsupported, _walk(condition)))

    return Fault(name, description, violates, parameters=hook)


def _walk(condition: Condition) -> Iterator[Condition]:
    """A condition and all its parts; a filter may be nested deeper than Python's stack."""
    waiting = [condition]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, ConjunctionNode | DisjunctionNode):
            waiting += (one.left, one.right)


def _lenient_syntax_fault(name: str, description: str, *corrections: tuple[str, str]) -> Fault:
    """A filter that breaks the grammar is read as another that does not: patterns, and what replaces them."""

    def correct(text: str, _context: FaultContext) -> str:
        for pattern, replacement in corrections:
            text = re.sub(pattern, replacement, text)
        return text

    return Fault(
        f"filter-{name}-accepted", description, ("filter.format",), parameters=rewrite_parameter("Filter", correct)
    )


FAULTS = (
    _changed_values_fault(
        "filter-integers-in-32-bit-floats",
        "Integers are compared as floating-point numbers of 32 bits.",
        ("filter.int_attr.*",),
        _round_to_float32,
    ),
    _changed_values_fault(
        "filter-strings-shortened",
        "Of strings the first six characters are compared.",
        ("filter.str_attr.*",),
        lambda value: value[:6] if isinstance(value, str) else value,
    ),
    # Without an answer there are no pages and scores of filtered searches to be compared either.
    evolve(
        _rejected_filter_fault(
            "filter-refused",
            "Every filter is refused.",
            (
                *FILTER_OPERATORS,
                *_JUNCTION_REQUIREMENTS,
                *_LONG_FILTER_REQUIREMENTS,
                "filter.absent",
                "filter.everywhere",
                "filter.optional",
                "request.full",
            ),
            lambda _: True,
        ),
        side_effects=("paging.counters", "paging.total", "paging.beyond", "ranking.steady"),
    ),
    _rejected_filter_fault(
        "filter-and-refused",
        "Filters with AND are refused.",
        ("filter.and", "filter.precedence", "filter.spacing", "filter.maxlength", "filter.format"),
        lambda condition: isinstance(condition, ConjunctionNode),
    ),
    _rejected_filter_fault(
        "filter-or-refused",
        "Filters with OR are refused.",
        ("filter.or", "filter.precedence"),
        lambda condition: isinstance(condition, DisjunctionNode),
    ),
    _lenient_syntax_fault("string-order", "Strings may be compared by order.", (r"(str_\w+)[<>]=?", r"\1=")),
    _lenient_syntax_fault(
        "sloppy-comparison",
        "An operator may stand there twice or be missing, an operand too.",
        (r"([<>])\1", r"\1"),
        (r"(int_\w+) (\d)", r"\1=\2"),
        (r"(int_\w+>=)$", r"\g<1>0"),
    ),
    _lenient_syntax_fault(
        "open-end",
        "A string may end with the filter, a parenthesis need not be closed.",
        (r'^([^"]*"[^"]*)$', r'\1"'),
        (r"^\(([^()]*)$", r"\1"),
    ),
    _lenient_syntax_fault("unknown-attribute", "An unknown attribute counts as the first.", (r"^price", "int_attr")),
    _lenient_syntax_fault("trailing-statement", "What follows a semicolon is ignored.", (r'^([^";]*);.*$', r"\1")),
)
