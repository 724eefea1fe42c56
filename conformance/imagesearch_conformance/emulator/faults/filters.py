"""Defects of filters: operators, junctions, operands, and what they are applied to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import Query, SearchResult, search
from imagesearch_conformance.filters.ast import (
    IN,
    NOT_IN,
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    MembershipNode,
    satisfies,
)
from imagesearch_conformance.signing.encoding import Pairs

_OPERATORS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=", "ne": "!=", "both": "AND", "either": "OR"}
_OPERATORS |= {"within": IN, "without": NOT_IN}


def swapped_operators_fault(name: str, description: str, violates: tuple[str, ...], **operators: str) -> Fault:
    """Operators and junctions stand for others; `_SIGNS` has their names."""
    swapped = {_OPERATORS[old]: _OPERATORS[new] for old, new in operators.items()}
    return rewritten_filter_fault(name, description, violates, lambda condition: _swap_operators(condition, swapped))


def _swap_operators(condition: Condition, replacements: Mapping[str, str]) -> Condition:
    if isinstance(condition, ComparisonNode | MembershipNode):
        return evolve(condition, operator=replacements.get(condition.operator, condition.operator))
    written = "AND" if isinstance(condition, ConjunctionNode) else "OR"
    meant = ConjunctionNode if replacements.get(written, written) == "AND" else DisjunctionNode
    return meant(_swap_operators(condition.left, replacements), _swap_operators(condition.right, replacements))


def rewritten_filter_fault(
    name: str, description: str, violates: tuple[str, ...], change: Callable[[Condition], Condition | None]
) -> Fault:
    """A fault that reads a filter as another, or as none."""

    def hook(query: Query, _context: FaultContext) -> Query:
        return query if query.condition is None else evolve(query, condition=change(query.condition))

    return Fault(name, description, violates, query=hook)


def _group_left_to_right(condition: Condition) -> Condition:
    if isinstance(condition, DisjunctionNode) and isinstance(condition.right, ConjunctionNode):
        return ConjunctionNode(DisjunctionNode(condition.left, condition.right.left), condition.right.right)
    return condition


def _ignore_grouping(condition: Condition) -> Condition:
    if isinstance(condition, ConjunctionNode) and isinstance(condition.left, DisjunctionNode):
        return DisjunctionNode(condition.left.left, ConjunctionNode(condition.left.right, condition.right))
    return condition


def _drop_zero_comparison(condition: Condition) -> Condition | None:
    return None if isinstance(condition, ComparisonNode) and condition.operand == 0 else condition


def _drop_sign(condition: Condition) -> Condition:
    if isinstance(condition, ComparisonNode) and isinstance(condition.operand, int):
        return evolve(condition, operand=abs(condition.operand))
    return condition


class _ValueChanges(NamedTuple):
    """How a faulty endpoint looks at an image: what it takes its attributes for, before it filters."""

    change_attributes: Callable[[Mapping[str, int | str], Condition], Mapping[str, int | str]]
    change_operand: Callable[[str], str] = str


def _misread_values_fault(name: str, description: str, violates: tuple[str, ...], changes: _ValueChanges) -> Fault:
    """A fault that takes attributes or operands for something else."""

    def hook(result: SearchResult, context: FaultContext) -> SearchResult:
        condition = result.query.condition
        if condition is None:
            return result
        asked = _change_operands(condition, changes.change_operand)
        return refilter(
            result,
            context,
            lambda image: satisfies(asked, changes.change_attributes(_filter_attributes(image, context), asked)),
        )

    return Fault(name, description, violates, result=hook)


def _change_operands(condition: Condition, change: Callable[[str], str]) -> Condition:
    if isinstance(condition, ComparisonNode):
        return evolve(condition, operand=change(condition.operand)) if isinstance(condition.operand, str) else condition
    if isinstance(condition, MembershipNode):
        operands = tuple(change(one) if isinstance(one, str) else one for one in condition.operands)
        return evolve(condition, operands=operands)
    left, right = _change_operands(condition.left, change), _change_operands(condition.right, change)
    return evolve(condition, left=left, right=right)


def refilter(result: SearchResult, context: FaultContext, is_match: Callable[[StoredImage], bool]) -> SearchResult:
    """The page of the whole ranking after another filter."""
    query = result.query
    everything = evolve(query, condition=None, start=0, count=query.limit)
    whole = search(context.store, everything, context.contract.category.generic_category).entries
    kept = tuple((image, score) for image, score in whole if is_match(image))
    return evolve(result, entries=kept[query.start : query.start + query.count], matched=len(kept))


def _filter_attributes(image: StoredImage, context: FaultContext) -> dict[str, int | str]:
    columns = context.contract.filter_rules.attributes
    return {name: image.attributes[column] for name, column in columns.items() if column in image.attributes}


def _zero_for_at_most(attributes: Mapping[str, int | str], condition: Condition) -> Mapping[str, int | str]:
    """Absent integers count as zero, but for one operator only."""
    if isinstance(condition, ComparisonNode) and condition.operator == _OPERATORS["le"]:
        return {condition.attribute: 0, **attributes}
    return attributes


def _change_text(change: Callable[[str], str]) -> _ValueChanges:
    def change_attributes(attributes: Mapping[str, int | str], _condition: Condition) -> Mapping[str, int | str]:
        return {name: change(value) if isinstance(value, str) else value for name, value in attributes.items()}

    return _ValueChanges(change_attributes, change)


def _filter_after_paging(result: SearchResult, context: FaultContext) -> SearchResult:
    """Filters the page that an unfiltered search gives."""
    condition = result.query.condition
    if condition is None:
        return result
    whole = search(context.store, evolve(result.query, condition=None), context.contract.category.generic_category)
    kept = tuple(
        (image, score) for image, score in whole.entries if satisfies(condition, _filter_attributes(image, context))
    )
    return evolve(result, entries=kept)


def _count_without_filter(result: SearchResult, context: FaultContext) -> SearchResult:
    whole = search(context.store, evolve(result.query, condition=None), context.contract.category.generic_category)
    return evolve(result, matched=whole.matched)


def _cut_at_lowercase_keyword(pairs: Pairs, context: FaultContext) -> Pairs:
    """What follows a keyword in lower case is lost."""
    cut = ((name, value.partition(" and ")[0] if name == context.roles.filter else value) for name, value in pairs)
    return tuple(cut)


def _drop_spaced_filter(pairs: Pairs, context: FaultContext) -> Pairs:
    return tuple(pair for pair in pairs if pair[0] != context.roles.filter or " = " not in pair[1])


FAULTS = (
    rewritten_filter_fault(
        "filter-ignored",
        "A filter has no effect.",
        ("filter.int_attr.*", "filter.str_attr.*", "filter.partition", "filter.absent"),
        lambda _: None,
    ),
    Fault(
        "filter-after-paging",
        "Pages are cut first and filtered then.",
        ("filter.everywhere", "paging.total"),
        result=_filter_after_paging,
    ),
    Fault(
        "filter-total-ignored",
        "The counter of matches takes no notice of the filter.",
        ("paging.total",),
        result=_count_without_filter,
    ),
    swapped_operators_fault("filter-and-as-or", "AND means OR.", ("filter.and",), both="either"),
    swapped_operators_fault("filter-or-as-and", "OR means AND.", ("filter.or",), either="both"),
    rewritten_filter_fault(
        "filter-left-to-right",
        "AND and OR bind alike, from left to right.",
        ("filter.precedence",),
        _group_left_to_right,
    ),
    rewritten_filter_fault(
        "filter-parentheses-ignored", "Parentheses do not group.", ("filter.parentheses",), _ignore_grouping
    ),
    swapped_operators_fault(
        "filter-greater-inclusive", "Greater means at least.", ("filter.int_attr.greater", "filter.partition"), gt="ge"
    ),
    swapped_operators_fault(
        "filter-less-inclusive", "Less means at most.", ("filter.int_attr.less", "filter.partition"), lt="le"
    ),
    swapped_operators_fault(
        "filter-at-least-exclusive",
        "At least means greater.",
        ("filter.int_attr.at-least", "filter.partition"),
        ge="gt",
    ),
    swapped_operators_fault(
        "filter-at-most-exclusive", "At most means less.", ("filter.int_attr.at-most", "filter.partition"), le="lt"
    ),
    swapped_operators_fault(
        "filter-equal-as-unequal",
        "Equal means unequal.",
        ("filter.int_attr.equal", "filter.str_attr.equal", "filter.partition"),
        eq="ne",
    ),
    swapped_operators_fault(
        "filter-unequal-as-equal", "Unequal means equal.", ("filter.str_attr.unequal", "filter.partition"), ne="eq"
    ),
    rewritten_filter_fault(
        "filter-zero-ignored",
        "A condition on zero has no effect.",
        ("filter.int_attr.*", "filter.and", "filter.or", "filter.partition"),
        _drop_zero_comparison,
    ),
    rewritten_filter_fault(
        "filter-sign-ignored", "A negative operand loses its sign.", ("filter.int_attr.*", "filter.and"), _drop_sign
    ),
    _misread_values_fault(
        "filter-absent-mixed",
        "Absent integers count as zero for one operator.",
        ("filter.absent",),
        _ValueChanges(_zero_for_at_most),
    ),
    _misread_values_fault(
        "filter-case-ignored",
        "Strings are compared without their case.",
        ("filter.str_attr.*",),
        _change_text(str.casefold),
    ),
    Fault(
        "filter-lower-case-cut",
        "What follows a keyword in lower case is lost.",
        ("filter.keywords",),
        parameters=_cut_at_lowercase_keyword,
    ),
    Fault(
        "filter-spaced-dropped",
        "A filter with spaces around = has no effect.",
        ("filter.spacing",),
        parameters=_drop_spaced_filter,
    ),
)
