"""How certain it is what a filter means: what the page shows, what it leaves open, what it does not allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from imagesearch_conformance.cases.fuzz.leniency import eased
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.conditions import (
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    Membership,
    Single,
)
from imagesearch_conformance.filters.language import NotAFilter
from imagesearch_conformance.filters.rendering import render

#: Longer texts are not looked into, nor are those nested deeper than that.
_LONGEST, _DEEPEST = 6000, 40


class Standing(StrEnum):
    """What the page says of a text as a filter."""

    CLEAR = "clear"  #: it is written as the page writes conditions
    OPEN = "open"  #: it may be accepted or refused
    WRONG = "wrong"  #: no reading allows it
    UNSURE = "unsure"  #: our own rules are too coarse to tell


def standing(contract: Contract, text: str) -> Standing:
    """What the page says of a text as a filter."""
    if len(text) > _LONGEST or _outside(text).count("(") > _DEEPEST:
        return Standing.UNSURE
    condition = parsed(contract, text)
    if condition is not None:
        # No source shows how a list is written.
        clear = written_plainly(contract, text, condition) and not memberships(condition)
        return Standing.CLEAR if clear else Standing.OPEN
    if parsed(contract, _raised(text)) is not None or text in {one.text for one in contract.filters.open.values()}:
        return Standing.OPEN
    return Standing.UNSURE if _doubtful(contract, text) else Standing.WRONG


def written_plainly(contract: Contract, text: str, condition: Condition) -> bool:
    """Whether a condition stands there as the page writes conditions, lists in our notation."""
    grouped = _outside(text).count("(") > len(memberships(condition))
    return text == render(condition) and not grouped and not _undecided(contract, condition)


def memberships(condition: Condition) -> list[Membership]:
    """The conditions that name several values."""
    return [one for one in _parts(condition) if isinstance(one, Membership)]


def _doubtful(contract: Contract, text: str) -> bool:
    """Whether a text that is no condition may be taken for one in a notation like those that are left open."""
    texts = [_shouted(text), *([eased(contract, text)] if contract.filters.open else [])]
    return any(parsed(contract, one) is not None for one in texts)


def parsed(contract: Contract, text: str) -> Condition | None:
    """What a filter says, or None when it is none."""
    try:
        return contract.filters.language.parse(text)
    except NotAFilter:
        return None


def mixed(condition: Condition) -> bool:
    """Whether AND and OR stand in one condition, so that its meaning depends on which binds stronger."""
    kinds = {type(one) for one in _parts(condition)}
    return {Conjunction, Disjunction} <= kinds


def _parts(condition: Condition) -> Iterator[Condition]:
    yield condition
    if not isinstance(condition, Single):
        yield from _parts(condition.left)
        yield from _parts(condition.right)


def _undecided(contract: Contract, condition: Condition) -> bool:
    """Whether no attribute can have one of the values, or nobody says that one can."""
    given = [operand for one in _parts(condition) for operand in _operands(one)]
    padded = any(isinstance(one, str) and one != one.strip() for one in given)
    return padded or not all(map(contract.filters.decided, given))


def _operands(condition: Condition) -> tuple[int | str, ...]:
    if isinstance(condition, Membership):
        return condition.operands
    return (condition.operand,) if isinstance(condition, Comparison) else ()


def _outside(text: str) -> str:
    """The text without what stands in double quotes."""
    return "".join(text.split('"')[::2])


def _raised(text: str) -> str:
    """The text with separate words AND and OR in capitals, as far as they stand outside of quotes."""
    return _each_outside(text, _raised_words)


def _raised_words(part: str, *, first: bool) -> str:
    words = re.split(r"([\s()]+)", part)
    # A word that touches a quote, or begins the text, is not separate.
    return "".join(
        one.upper() if one.lower() in {"and", "or"} and 0 < place < len(words) - 1 and (place > 1 or not first) else one
        for place, one in enumerate(words)
    )


def _shouted(text: str) -> str:
    """The text with AND and OR in capitals wherever they stand outside of quotes."""
    return _each_outside(
        text, lambda part, **_: re.sub("and|or", lambda found: found[0].upper(), part, flags=re.IGNORECASE)
    )


def _each_outside(text: str, change: Any) -> str:
    parts = text.split('"')
    return '"'.join(change(part, first=index == 0) if index % 2 == 0 else part for index, part in enumerate(parts))
