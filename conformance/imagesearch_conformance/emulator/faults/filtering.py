"""Defects of filters: operators, junctions, operands, and what they are applied to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import Found, Query, search
from imagesearch_conformance.filters.conditions import (
    IN,
    NOT_IN,
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    Membership,
)
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.signing.encoding import Pairs

_SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=", "ne": "!=", "both": "AND", "either": "OR"}
_SIGNS |= {"within": IN, "without": NOT_IN}


def swapping(name: str, description: str, breaks: tuple[str, ...], **operators: str) -> Fault:
    """Operators and junctions stand for others; `_SIGNS` has their names."""
    swapped = {_SIGNS[old]: _SIGNS[new] for old, new in operators.items()}
    return rewriting_filters(name, description, breaks, lambda condition: _swapped(condition, swapped))


def _swapped(condition: Condition, signs: Mapping[str, str]) -> Condition:
    if isinstance(condition, Comparison | Membership):
        return evolve(condition, operator=signs.get(condition.operator, condition.operator))
    written = "AND" if isinstance(condition, Conjunction) else "OR"
    meant = Conjunction if signs.get(written, written) == "AND" else Disjunction
    return meant(_swapped(condition.left, signs), _swapped(condition.right, signs))


def rewriting_filters(
    name: str, description: str, breaks: tuple[str, ...], change: Callable[[Condition], Condition | None]
) -> Fault:
    """A fault that reads a filter as another, or as none."""

    def hook(query: Query, _about: Circumstances) -> Query:
        return query if query.condition is None else evolve(query, condition=change(query.condition))

    return Fault(name, description, breaks, query=hook)


def _from_left_to_right(condition: Condition) -> Condition:
    if isinstance(condition, Disjunction) and isinstance(condition.right, Conjunction):
        return Conjunction(Disjunction(condition.left, condition.right.left), condition.right.right)
    return condition


def _ungrouped(condition: Condition) -> Condition:
    if isinstance(condition, Conjunction) and isinstance(condition.left, Disjunction):
        return Disjunction(condition.left.left, Conjunction(condition.left.right, condition.right))
    return condition


def _zero_missing(condition: Condition) -> Condition | None:
    return None if isinstance(condition, Comparison) and condition.operand == 0 else condition


def _without_sign(condition: Condition) -> Condition:
    if isinstance(condition, Comparison) and isinstance(condition.operand, int):
        return evolve(condition, operand=abs(condition.operand))
    return condition


class _Reading(NamedTuple):
    """How a faulty endpoint looks at an image: what it takes its attributes for, before it filters."""

    attributes: Callable[[Mapping[str, int | str], Condition], Mapping[str, int | str]]
    operand: Callable[[str], str] = str


def _misreading(name: str, description: str, breaks: tuple[str, ...], reading: _Reading) -> Fault:
    """A fault that takes attributes or operands for something else."""

    def hook(found: Found, about: Circumstances) -> Found:
        condition = found.query.condition
        if condition is None:
            return found
        asked = _with_operands(condition, reading.operand)
        return refiltered(found, about, lambda one: satisfies(asked, reading.attributes(_named(one, about), asked)))

    return Fault(name, description, breaks, found=hook)


def _with_operands(condition: Condition, change: Callable[[str], str]) -> Condition:
    if isinstance(condition, Comparison):
        return evolve(condition, operand=change(condition.operand)) if isinstance(condition.operand, str) else condition
    if isinstance(condition, Membership):
        operands = tuple(change(one) if isinstance(one, str) else one for one in condition.operands)
        return evolve(condition, operands=operands)
    left, right = _with_operands(condition.left, change), _with_operands(condition.right, change)
    return evolve(condition, left=left, right=right)


def refiltered(found: Found, about: Circumstances, keeps: Callable[[StoredImage], bool]) -> Found:
    """The page of the whole ranking after another filter."""
    query = found.query
    everything = evolve(query, condition=None, start=0, count=query.limit)
    whole = search(about.store, everything, about.contract.category.generic).entries
    kept = tuple((image, score) for image, score in whole if keeps(image))
    return evolve(found, entries=kept[query.start : query.start + query.count], matched=len(kept))


def _named(image: StoredImage, about: Circumstances) -> dict[str, int | str]:
    columns = about.contract.filters.attributes
    return {name: image.attributes[column] for name, column in columns.items() if column in image.attributes}


def _zero_at_most(attributes: Mapping[str, int | str], condition: Condition) -> Mapping[str, int | str]:
    """Absent integers count as zero, but for one operator only."""
    if isinstance(condition, Comparison) and condition.operator == _SIGNS["le"]:
        return {condition.attribute: 0, **attributes}
    return attributes


def _text(change: Callable[[str], str]) -> _Reading:
    def changed(attributes: Mapping[str, int | str], _condition: Condition) -> Mapping[str, int | str]:
        return {name: change(value) if isinstance(value, str) else value for name, value in attributes.items()}

    return _Reading(changed, change)


def _late(found: Found, about: Circumstances) -> Found:
    """Filters the page that an unfiltered search gives."""
    condition = found.query.condition
    if condition is None:
        return found
    whole = search(about.store, evolve(found.query, condition=None), about.contract.category.generic)
    kept = tuple((image, score) for image, score in whole.entries if satisfies(condition, _named(image, about)))
    return evolve(found, entries=kept)


def _matches_unfiltered(found: Found, about: Circumstances) -> Found:
    whole = search(about.store, evolve(found.query, condition=None), about.contract.category.generic)
    return evolve(found, matched=whole.matched)


def _cut_at_lower_case(given: Pairs, about: Circumstances) -> Pairs:
    """What follows a keyword in lower case is lost."""
    cut = ((name, value.partition(" and ")[0] if name == about.roles.filter else value) for name, value in given)
    return tuple(cut)


def _dropped_when_spaced(given: Pairs, about: Circumstances) -> Pairs:
    return tuple(pair for pair in given if pair[0] != about.roles.filter or " = " not in pair[1])


FAULTS = (
    rewriting_filters(
        "filter-ignored",
        "A filter has no effect.",
        ("filter.int_attr.*", "filter.str_attr.*", "filter.partition", "filter.absent"),
        lambda _: None,
    ),
    Fault(
        "filter-after-paging",
        "Pages are cut first and filtered then.",
        ("filter.everywhere", "paging.total"),
        found=_late,
    ),
    Fault(
        "filter-total-ignored",
        "The counter of matches takes no notice of the filter.",
        ("paging.total",),
        found=_matches_unfiltered,
    ),
    swapping("filter-and-as-or", "AND means OR.", ("filter.and",), both="either"),
    swapping("filter-or-as-and", "OR means AND.", ("filter.or",), either="both"),
    rewriting_filters(
        "filter-left-to-right",
        "AND and OR bind alike, from left to right.",
        ("filter.precedence",),
        _from_left_to_right,
    ),
    rewriting_filters("filter-parentheses-ignored", "Parentheses do not group.", ("filter.parentheses",), _ungrouped),
    swapping(
        "filter-greater-inclusive", "Greater means at least.", ("filter.int_attr.greater", "filter.partition"), gt="ge"
    ),
    swapping("filter-less-inclusive", "Less means at most.", ("filter.int_attr.less", "filter.partition"), lt="le"),
    swapping(
        "filter-at-least-exclusive",
        "At least means greater.",
        ("filter.int_attr.at-least", "filter.partition"),
        ge="gt",
    ),
    swapping(
        "filter-at-most-exclusive", "At most means less.", ("filter.int_attr.at-most", "filter.partition"), le="lt"
    ),
    swapping(
        "filter-equal-as-unequal",
        "Equal means unequal.",
        ("filter.int_attr.equal", "filter.str_attr.equal", "filter.partition"),
        eq="ne",
    ),
    swapping(
        "filter-unequal-as-equal", "Unequal means equal.", ("filter.str_attr.unequal", "filter.partition"), ne="eq"
    ),
    rewriting_filters(
        "filter-zero-ignored",
        "A condition on zero has no effect.",
        ("filter.int_attr.*", "filter.and", "filter.or", "filter.partition"),
        _zero_missing,
    ),
    rewriting_filters(
        "filter-sign-ignored", "A negative operand loses its sign.", ("filter.int_attr.*", "filter.and"), _without_sign
    ),
    _misreading(
        "filter-absent-mixed",
        "Absent integers count as zero for one operator.",
        ("filter.absent",),
        _Reading(_zero_at_most),
    ),
    _misreading(
        "filter-case-ignored",
        "Strings are compared without their case.",
        ("filter.str_attr.*",),
        _text(str.casefold),
    ),
    Fault(
        "filter-lower-case-cut",
        "What follows a keyword in lower case is lost.",
        ("filter.keywords",),
        given=_cut_at_lower_case,
    ),
    Fault(
        "filter-spaced-dropped",
        "A filter with spaces around = has no effect.",
        ("filter.spacing",),
        given=_dropped_when_spaced,
    ),
)
