"""Faults of filters: operators, junctions, operands, and the entries that are filtered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from attrs import evolve

from imagesearch_conformance.emulator.dataset import StoredImage
from imagesearch_conformance.emulator.fault import Fault, FaultContext
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

_OPERATORS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=", "ne": "!=", "and_": "AND", "or_": "OR"}
_OPERATORS |= {"in_": IN, "not_in": NOT_IN}


def swapped_operators_fault(name: str, description: str, violates: tuple[str, ...], **operators: str) -> Fault:
    """A fault that evaluates operators as others, both given by their keys in `_OPERATORS`."""
    replacements = {_OPERATORS[old]: _OPERATORS[new] for old, new in operators.items()}
    return rewritten_filter_fault(
        name, description, violates, lambda condition: _swap_operators(condition, replacements)
    )


def _swap_operators(condition: Condition, replacements: Mapping[str, str]) -> Condition:
    if isinstance(condition, ComparisonNode | MembershipNode):
        return evolve(condition, operator=replacements.get(condition.operator, condition.operator))
    junction = "AND" if isinstance(condition, ConjunctionNode) else "OR"
    node_type = ConjunctionNode if replacements.get(junction, junction) == "AND" else DisjunctionNode
    return node_type(_swap_operators(condition.left, replacements), _swap_operators(condition.right, replacements))


def rewritten_filter_fault(
    name: str, description: str, violates: tuple[str, ...], change: Callable[[Condition], Condition | None]
) -> Fault:
    """A fault that replaces the condition of a filter, or removes it (None)."""

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
    """Changes to the attributes of an image and to the operands of a filter before they are compared."""

    change_attributes: Callable[[Mapping[str, int | str], Condition], Mapping[str, int | str]]
    change_operand: Callable[[str], str] = str


def _misread_values_fault(name: str, description: str, violates: tuple[str, ...], changes: _ValueChanges) -> Fault:
    """A fault that compares changed attributes or operands."""

    def hook(result: SearchResult, context: FaultContext) -> SearchResult:
        condition = result.query.condition
        if condition is None:
            return result
        changed_condition = _change_operands(condition, changes.change_operand)
        return refilter(
            result,
            context,
            lambda image: satisfies(
                changed_condition,
                changes.change_attributes(_filter_attributes(image, context), changed_condition),
            ),
        )

    return Fault(name, description, violates, result=hook)


def _change_operands(condition: Condition, change: Callable[[str], str]) -> Condition:
    if isinstance(condition, ComparisonNode):
        return evolve(condition, operand=change(condition.operand)) if isinstance(condition.operand, str) else condition
    if isinstance(condition, MembershipNode):
        operands = tuple(change(value) if isinstance(value, str) else value for value in condition.operands)
        return evolve(condition, operands=operands)
    left, right = _change_operands(condition.left, change), _change_operands(condition.right, change)
    return evolve(condition, left=left, right=right)


def refilter(result: SearchResult, context: FaultContext, is_match: Callable[[StoredImage], bool]) -> SearchResult:
    """Return the page of the unfiltered ranking after a filter by a predicate."""
    query = result.query
    unfiltered = evolve(query, condition=None, start=0, count=query.limit)
    ranking = search(context.store, unfiltered, context.contract.category.generic_category).entries
    entries = tuple((image, score) for image, score in ranking if is_match(image))
    return evolve(result, entries=entries[query.start : query.start + query.count], matched=len(entries))


def _filter_attributes(image: StoredImage, context: FaultContext) -> dict[str, int | str]:
    columns = context.contract.filter_rules.attributes
    return {name: image.attributes[column] for name, column in columns.items() if column in image.attributes}


def _zero_for_at_most(attributes: Mapping[str, int | str], condition: Condition) -> Mapping[str, int | str]:
    """Treat a missing integer as zero, for one operator only."""
    if isinstance(condition, ComparisonNode) and condition.operator == _OPERATORS["le"]:
        return {condition.attribute: 0, **attributes}
    return attributes


def _change_text(change: Callable[[str], str]) -> _ValueChanges:
    def change_attributes(attributes: Mapping[str, int | str], _condition: Condition) -> Mapping[str, int | str]:
        return {name: change(value) if isinstance(value, str) else value for name, value in attributes.items()}

    return _ValueChanges(change_attributes, change)


def _filter_after_paging(result: SearchResult, context: FaultContext) -> SearchResult:
    condition = result.query.condition
    if condition is None:
        return result
    unfiltered = search(context.store, evolve(result.query, condition=None), context.contract.category.generic_category)
    entries = tuple(
        (image, score)
        for image, score in unfiltered.entries
        if satisfies(condition, _filter_attributes(image, context))
    )
    return evolve(result, entries=entries)


def _count_without_filter(result: SearchResult, context: FaultContext) -> SearchResult:
    unfiltered = search(context.store, evolve(result.query, condition=None), context.contract.category.generic_category)
    return evolve(result, matched=unfiltered.matched)


def _cut_at_lowercase_keyword(pairs: Pairs, context: FaultContext) -> Pairs:
    return tuple(
        (name, value.partition(" and ")[0] if name == context.roles.filter else value) for name, value in pairs
    )


def _drop_spaced_filter(pairs: Pairs, context: FaultContext) -> Pairs:
    return tuple(pair for pair in pairs if pair[0] != context.roles.filter or " = " not in pair[1])


FAULTS = (
    rewritten_filter_fault(
        "filter-ignored",
        "Filter is ignored.",
        ("filter.int_attr.*", "filter.str_attr.*", "filter.partition", "filter.absent"),
        lambda _: None,
    ),
    Fault(
        "filter-after-paging",
        "Filter is applied to each page instead of the whole ranking.",
        ("filter.everywhere", "paging.total"),
        result=_filter_after_paging,
    ),
    Fault(
        "filter-total-ignored",
        "The number of matches ignores Filter.",
        ("paging.total",),
        result=_count_without_filter,
    ),
    swapped_operators_fault("filter-and-as-or", "AND is evaluated as OR.", ("filter.and",), and_="or_"),
    swapped_operators_fault("filter-or-as-and", "OR is evaluated as AND.", ("filter.or",), or_="and_"),
    rewritten_filter_fault(
        "filter-left-to-right",
        "AND and OR are evaluated from left to right with equal precedence.",
        ("filter.precedence",),
        _group_left_to_right,
    ),
    rewritten_filter_fault(
        "filter-parentheses-ignored", "Parentheses in Filter are ignored.", ("filter.parentheses",), _ignore_grouping
    ),
    swapped_operators_fault(
        "filter-greater-inclusive",
        "The operator > is evaluated as >=.",
        ("filter.int_attr.greater", "filter.partition"),
        gt="ge",
    ),
    swapped_operators_fault(
        "filter-less-inclusive",
        "The operator < is evaluated as <=.",
        ("filter.int_attr.less", "filter.partition"),
        lt="le",
    ),
    swapped_operators_fault(
        "filter-at-least-exclusive",
        "The operator >= is evaluated as >.",
        ("filter.int_attr.at-least", "filter.partition"),
        ge="gt",
    ),
    swapped_operators_fault(
        "filter-at-most-exclusive",
        "The operator <= is evaluated as <.",
        ("filter.int_attr.at-most", "filter.partition"),
        le="lt",
    ),
    swapped_operators_fault(
        "filter-equal-as-unequal",
        "The operator = is evaluated as !=.",
        ("filter.int_attr.equal", "filter.str_attr.equal", "filter.partition"),
        eq="ne",
    ),
    swapped_operators_fault(
        "filter-unequal-as-equal",
        "The operator != is evaluated as =.",
        ("filter.str_attr.unequal", "filter.partition"),
        ne="eq",
    ),
    rewritten_filter_fault(
        "filter-zero-ignored",
        "Comparisons with 0 are ignored.",
        ("filter.int_attr.*", "filter.and", "filter.or", "filter.partition"),
        _drop_zero_comparison,
    ),
    rewritten_filter_fault(
        "filter-sign-ignored",
        "The minus sign of an operand is ignored.",
        ("filter.int_attr.*", "filter.and"),
        _drop_sign,
    ),
    _misread_values_fault(
        "filter-absent-mixed",
        "A missing integer attribute counts as 0 for the operator <= only.",
        ("filter.absent",),
        _ValueChanges(_zero_for_at_most),
    ),
    _misread_values_fault(
        "filter-case-ignored",
        "Strings are compared without regard to case.",
        ("filter.str_attr.*",),
        _change_text(str.casefold),
    ),
    Fault(
        "filter-lower-case-cut",
        "Filter is cut at a keyword in lower case.",
        ("filter.keywords",),
        parameters=_cut_at_lowercase_keyword,
    ),
    Fault(
        "filter-spaced-dropped",
        "Filter with spaces around = is ignored.",
        ("filter.spacing",),
        parameters=_drop_spaced_filter,
    ),
)
