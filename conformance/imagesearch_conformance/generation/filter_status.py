"""How certain it is what a filter means: what the page shows, what it leaves open, what it does not allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.ast import (
    AttributeCondition,
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    MembershipNode,
    render,
)
from imagesearch_conformance.filters.parser import FilterSyntaxError
from imagesearch_conformance.generation.lenient_notation import normalize_leniently

#: Longer texts are not looked into, nor are those nested deeper than that.
_MAX_LENGTH, _MAX_DEPTH = 6000, 40


class FilterStatus(StrEnum):
    """What the page says of a text as a filter."""

    VALID = "clear"  #: it is written as the page writes conditions
    UNSPECIFIED = "open"  #: it may be accepted or refused
    INVALID = "wrong"  #: no reading allows it
    UNDETERMINED = "unsure"  #: our own rules are too coarse to tell


def classify_filter(contract: Contract, text: str) -> FilterStatus:
    """What the page says of a text as a filter."""
    if len(text) > _MAX_LENGTH or _unquoted_text(text).count("(") > _MAX_DEPTH:
        return FilterStatus.UNDETERMINED
    condition = parse_filter(contract, text)
    if condition is not None:
        # No source shows how a list is written.
        clear = is_canonical_filter(contract, text, condition) and not memberships(condition)
        return FilterStatus.VALID if clear else FilterStatus.UNSPECIFIED
    if parse_filter(contract, _uppercase_separate_keywords(text)) is not None or text in {
        one.text for one in contract.filter_rules.unspecified_conditions.values()
    }:
        return FilterStatus.UNSPECIFIED
    return FilterStatus.UNDETERMINED if _is_lenient_filter(contract, text) else FilterStatus.INVALID


def is_canonical_filter(contract: Contract, text: str, condition: Condition) -> bool:
    """Whether a condition stands there as the page writes conditions, lists in our notation."""
    grouped = _unquoted_text(text).count("(") > len(memberships(condition))
    return text == render(condition) and not grouped and not _has_undecided_operand(contract, condition)


def memberships(condition: Condition) -> list[MembershipNode]:
    """The conditions that name several values."""
    return [one for one in _subconditions(condition) if isinstance(one, MembershipNode)]


def _is_lenient_filter(contract: Contract, text: str) -> bool:
    """Whether a text that is no condition may be taken for one in a notation like those that are left open."""
    texts = [
        _uppercase_keywords(text),
        *([normalize_leniently(contract, text)] if contract.filter_rules.unspecified_conditions else []),
    ]
    return any(parse_filter(contract, one) is not None for one in texts)


def parse_filter(contract: Contract, text: str) -> Condition | None:
    """What a filter says, or None when it is none."""
    try:
        return contract.filter_rules.parser.parse(text)
    except FilterSyntaxError:
        return None


def has_mixed_operators(condition: Condition) -> bool:
    """Whether AND and OR stand in one condition, so that its meaning depends on which binds stronger."""
    kinds = {type(one) for one in _subconditions(condition)}
    return {ConjunctionNode, DisjunctionNode} <= kinds


def _subconditions(condition: Condition) -> Iterator[Condition]:
    yield condition
    if not isinstance(condition, AttributeCondition):
        yield from _subconditions(condition.left)
        yield from _subconditions(condition.right)


def _has_undecided_operand(contract: Contract, condition: Condition) -> bool:
    """Whether no attribute can have one of the values, or nobody says that one can."""
    given = [operand for one in _subconditions(condition) for operand in _operands(one)]
    padded = any(isinstance(one, str) and one != one.strip() for one in given)
    return padded or not all(map(contract.filter_rules.is_specified_operand, given))


def _operands(condition: Condition) -> tuple[int | str, ...]:
    if isinstance(condition, MembershipNode):
        return condition.operands
    return (condition.operand,) if isinstance(condition, ComparisonNode) else ()


def _unquoted_text(text: str) -> str:
    """The text without what stands in double quotes."""
    return "".join(text.split('"')[::2])


def _uppercase_separate_keywords(text: str) -> str:
    """The text with separate words AND and OR in capitals, as far as they stand outside of quotes."""
    return _map_unquoted(text, _uppercase_separate_words)


def _uppercase_separate_words(part: str, *, first: bool) -> str:
    words = re.split(r"([\s()]+)", part)
    # A word that touches a quote, or begins the text, is not separate.
    return "".join(
        one.upper() if one.lower() in {"and", "or"} and 0 < place < len(words) - 1 and (place > 1 or not first) else one
        for place, one in enumerate(words)
    )


def _uppercase_keywords(text: str) -> str:
    """The text with AND and OR in capitals wherever they stand outside of quotes."""
    return _map_unquoted(
        text, lambda part, **_: re.sub("and|or", lambda found: found[0].upper(), part, flags=re.IGNORECASE)
    )


def _map_unquoted(text: str, change: Any) -> str:
    parts = text.split('"')
    return '"'.join(change(part, first=index == 0) if index % 2 == 0 else part for index, part in enumerate(parts))
