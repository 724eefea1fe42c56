"""Faults of comparisons in filters: changed operands and attributes, unsupported junctions, lenient syntax."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import Dataset, StoredImage
from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import FILTER_OPERATORS, further_attributes, rewrite_parameter
from imagesearch_conformance.emulator.faults.filters import refilter
from imagesearch_conformance.emulator.search import Query, SearchResult
from imagesearch_conformance.filters.ast import ComparisonNode, Condition, ConjunctionNode, DisjunctionNode, satisfies
from imagesearch_conformance.signing.encoding import Pairs

#: The requirements whose requests join conditions, and those with documented or long filters.
_JUNCTION_REQUIREMENTS = ("filter.and", "filter.or", "filter.partition", "filter.precedence", "filter.spacing")
_LONG_FILTER_REQUIREMENTS = ("filter.maxlength", "filter.format")

#: Rejected by every endpoint.
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
    """A fault that changes both operands and attributes before they are compared."""

    def hook(result: SearchResult, context: FaultContext) -> SearchResult:
        if result.query.condition is None:
            return result
        changed_condition = _change_comparisons(
            result.query.condition, lambda comparison: evolve(comparison, operand=change(comparison.operand))
        )
        return refilter(
            result,
            context,
            lambda image: satisfies(changed_condition, _change_attributes(image, context, change)),
        )

    return Fault(name, description, violates, result=hook)


def _change_attributes(image: StoredImage, context: FaultContext, change: Callable[[Any], Any]) -> Mapping[str, Any]:
    columns = context.contract.filter_rules.attributes
    return {name: change(image.attributes[column]) for name, column in columns.items() if column in image.attributes}


def _round_to_float32(value: Any) -> Any:
    return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, int) else value


def _rejected_filter_fault(
    name: str, description: str, violates: tuple[str, ...], is_unsupported: Callable[[Condition], bool]
) -> Fault:
    """A fault that rejects filters with an unsupported condition."""

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
    """Yield a condition and all its parts; iterative, since a filter may be nested deeper than Python's stack."""
    stack = [condition]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ConjunctionNode | DisjunctionNode):
            stack += (node.left, node.right)


def _lenient_syntax_fault(name: str, description: str, *corrections: tuple[str, str]) -> Fault:
    """A fault that corrects invalid filters: `corrections` are regular expressions with their replacements."""

    def correct(text: str, _context: FaultContext) -> str:
        for pattern, replacement in corrections:
            text = re.sub(pattern, replacement, text)
        return text

    return Fault(
        f"filter-{name}-accepted", description, ("filter.format",), parameters=rewrite_parameter("Filter", correct)
    )


def attribute_faults(contract: Contract) -> Iterator[Fault]:
    """Yield the fault of filters that confuse further attributes with the first of the same type."""
    further = further_attributes(contract)
    if further:
        yield _confused_attributes_fault(contract, Dataset.from_contract(contract).images, further)


def _confused_attributes_fault(
    contract: Contract, images: Iterable[StoredImage], replacements: Mapping[str, str]
) -> Fault:
    def hook(query: Query, _context: FaultContext) -> Query:
        condition = query.condition
        return query if condition is None else evolve(query, condition=_replace_attributes(condition, replacements))

    violates = [*(f"filter.{name}.*" for name in replacements), "filter.absent"]
    # If every image with one attribute has the other as well, a condition and its negation still partition the images.
    columns = contract.filter_rules.attributes
    pairs = [(columns[name], columns[first]) for name, first in replacements.items()]
    if any(own in image.attributes and first not in image.attributes for image in images for own, first in pairs):
        violates.append("filter.partition")
    description = "Filters on further attributes use the first attribute of the same type."
    return Fault("filter-further-attributes-as-first", description, tuple(violates), query=hook)


def _replace_attributes(condition: Condition, replacements: Mapping[str, str]) -> Condition:
    if isinstance(condition, (ConjunctionNode, DisjunctionNode)):
        return type(condition)(*(_replace_attributes(part, replacements) for part in (condition.left, condition.right)))
    return evolve(condition, attribute=replacements.get(condition.attribute, condition.attribute))


FAULTS = (
    _changed_values_fault(
        "filter-integers-in-32-bit-floats",
        "Integers are compared as 32-bit floating-point numbers.",
        ("filter.int_attr.*",),
        _round_to_float32,
    ),
    _changed_values_fault(
        "filter-strings-shortened",
        "Only the first six characters of strings are compared.",
        ("filter.str_attr.*",),
        lambda value: value[:6] if isinstance(value, str) else value,
    ),
    # Without success responses, pages and scores of filtered searches cannot be compared either.
    evolve(
        _rejected_filter_fault(
            "filter-refused",
            "Every Filter is rejected.",
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
        "Filter with AND is rejected.",
        ("filter.and", "filter.precedence", "filter.spacing", "filter.maxlength", "filter.format"),
        lambda condition: isinstance(condition, ConjunctionNode),
    ),
    _rejected_filter_fault(
        "filter-or-refused",
        "Filter with OR is rejected.",
        ("filter.or", "filter.precedence"),
        lambda condition: isinstance(condition, DisjunctionNode),
    ),
    _lenient_syntax_fault("string-order", "Order comparisons of strings are accepted.", (r"(str_\w+)[<>]=?", r"\1=")),
    _lenient_syntax_fault(
        "sloppy-comparison",
        "Comparisons with a doubled or missing operator or a missing operand are accepted.",
        (r"([<>])\1", r"\1"),
        (r"(int_\w+) (\d)", r"\1=\2"),
        (r"(int_\w+>=)$", r"\g<1>0"),
    ),
    _lenient_syntax_fault(
        "open-end",
        "Unclosed strings and parentheses are accepted.",
        (r'^([^"]*"[^"]*)$', r'\1"'),
        (r"^\(([^()]*)$", r"\1"),
    ),
    _lenient_syntax_fault(
        "unknown-attribute", "An unknown attribute is treated as the first attribute.", (r"^price", "int_attr")
    ),
    _lenient_syntax_fault(
        "trailing-statement", "Everything after a semicolon in Filter is ignored.", (r'^([^";]*);.*$', r"\1")
    ),
)
