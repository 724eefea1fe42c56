"""Classification of filters: valid, unspecified, invalid, or undetermined."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.ast import (
    LIST_OPERATORS,
    AttributeCondition,
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    MembershipNode,
    render,
)
from imagesearch_conformance.filters.parser import FilterSyntaxError

#: Texts that are longer or nested deeper are not classified.
_MAX_LENGTH, _MAX_DEPTH = 6000, 40


class FilterStatus(StrEnum):
    """Status of a text as a filter according to the documentation."""

    VALID = "clear"  #: it is written as the documentation writes filters
    UNSPECIFIED = "open"  #: it may be accepted or rejected
    INVALID = "wrong"  #: no interpretation allows it
    UNDETERMINED = "unsure"  #: our own rules are too coarse to decide


def classify_filter(contract: Contract, text: str) -> FilterStatus:
    if len(text) > _MAX_LENGTH or _unquoted_text(text).count("(") > _MAX_DEPTH:
        return FilterStatus.UNDETERMINED
    condition = parse_filter(contract, text)
    if condition is not None:
        # No source shows the notation of lists.
        valid = is_canonical_filter(contract, text, condition) and not memberships(condition)
        return FilterStatus.VALID if valid else FilterStatus.UNSPECIFIED
    unspecified_texts = {known.text for known in contract.filter_rules.unspecified_conditions.values()}
    if parse_filter(contract, _uppercase_separate_keywords(text)) is not None or text in unspecified_texts:
        return FilterStatus.UNSPECIFIED
    return FilterStatus.UNDETERMINED if _is_lenient_filter(contract, text) else FilterStatus.INVALID


def is_canonical_filter(contract: Contract, text: str, condition: Condition) -> bool:
    """Return whether a condition is written as the documentation writes it, with lists in our own notation."""
    grouped = _unquoted_text(text).count("(") > len(memberships(condition))
    return text == render(condition) and not grouped and not _has_unspecified_operand(contract, condition)


def memberships(condition: Condition) -> list[MembershipNode]:
    """Return the conditions on lists of values."""
    return [part for part in _subconditions(condition) if isinstance(part, MembershipNode)]


def _is_lenient_filter(contract: Contract, text: str) -> bool:
    """Return whether a lenient server may accept an invalid filter in a notation like the unspecified ones."""
    texts = [_uppercase_keywords(text)]
    if contract.filter_rules.unspecified_conditions:
        texts.append(normalize_leniently(contract, text))
    return any(parse_filter(contract, normalized) is not None for normalized in texts)


def parse_filter(contract: Contract, text: str) -> Condition | None:
    """Return the condition of a filter, or None if the syntax is invalid."""
    try:
        return contract.filter_rules.parser.parse(text)
    except FilterSyntaxError:
        return None


def has_mixed_operators(condition: Condition) -> bool:
    """Return whether a condition has both AND and OR, so that its meaning depends on precedence."""
    kinds = {type(part) for part in _subconditions(condition)}
    return {ConjunctionNode, DisjunctionNode} <= kinds


def _subconditions(condition: Condition) -> Iterator[Condition]:
    yield condition
    if not isinstance(condition, AttributeCondition):
        yield from _subconditions(condition.left)
        yield from _subconditions(condition.right)


def _has_unspecified_operand(contract: Contract, condition: Condition) -> bool:
    operands = [operand for part in _subconditions(condition) for operand in _operands(part)]
    padded = any(isinstance(operand, str) and operand != operand.strip() for operand in operands)
    return padded or not all(map(contract.filter_rules.is_specified_operand, operands))


def _operands(condition: Condition) -> tuple[int | str, ...]:
    if isinstance(condition, MembershipNode):
        return condition.operands
    return (condition.operand,) if isinstance(condition, ComparisonNode) else ()


def _unquoted_text(text: str) -> str:
    """Return the text without its parts in double quotes."""
    return "".join(text.split('"')[::2])


def _uppercase_separate_keywords(text: str) -> str:
    """Return the text with the separate words AND and OR outside quotes in capitals."""
    return _map_unquoted(text, _uppercase_separate_words)


def _uppercase_separate_words(part: str, *, first: bool) -> str:
    words = re.split(r"([\s()]+)", part)
    last = len(words) - 1
    # A word that touches a quote, or begins the text, is not separate.
    return "".join(
        word.upper() if word.lower() in {"and", "or"} and 0 < index < last and (index > 1 or not first) else word
        for index, word in enumerate(words)
    )


def _uppercase_keywords(text: str) -> str:
    """Return the text with each AND and OR outside quotes in capitals, even within words."""
    return _map_unquoted(
        text, lambda part, **_: re.sub("and|or", lambda match: match[0].upper(), part, flags=re.IGNORECASE)
    )


def _map_unquoted(text: str, function: Callable[..., str]) -> str:
    parts = text.split('"')
    return '"'.join(function(part, first=index == 0) if index % 2 == 0 else part for index, part in enumerate(parts))


#: A string, a word, or one character of anything else.
_TOKEN = re.compile(r'"[^"]*"|[^\W\d]\w*|.', re.DOTALL)

_BRACKETS = {"[": "(", "{": "(", "]": ")", "}": ")"}

_VALUE = r'(?:"[^"]*"|-?[0-9]+)'

#: Values after a list operator without parentheses.
_LIST_WITHOUT_PARENTHESES = re.compile(rf"\bin\s+({_VALUE}(?:\s*,\s*{_VALUE})*)(?=\s|\)|$)")

#: An empty list, and a list with a trailing comma.
_INCOMPLETE_LISTS = re.compile(r"(\bin\s*)\(\s*\)"), re.compile(r"(\bin\s*\([^()]*),(\s*\))")


def normalize_leniently(contract: Contract, text: str) -> str:
    """Normalize brackets, the case of names and keywords, and lists without parentheses or values.

    Changes within strings do not matter: they have no effect on whether the text is a valid filter.
    """
    known = {_normalize_word(name): name for name in contract.filter_rules.attributes}
    known |= {word: word for sign in LIST_OPERATORS for word in sign.split()}
    words = [
        token if token.startswith('"') else _normalize_token(known, token)
        for token in _TOKEN.findall(_separate_words(contract, text))
    ]
    bare = _LIST_WITHOUT_PARENTHESES.sub(r"in (\1)", "".join(words))
    empty, trailing = _INCOMPLETE_LISTS
    closed = trailing.sub(r"\1\2", bare)
    # An empty list becomes a list with one value, of the type that is valid.
    filled = [empty.sub(rf"\1({value})", closed) for value in ("0", '""')]
    return next((candidate for candidate in filled if contract.filter_rules.parser.is_valid(candidate)), closed)


def _separate_words(contract: Contract, text: str) -> str:
    """Insert spaces between adjacent names and list operators."""
    names = "|".join(sorted(map(re.escape, contract.filter_rules.attributes), key=len, reverse=True))
    adjacent = rf"(?<!\w)({names}|)(not|)(not|in)(?!\w)"
    return re.sub(adjacent, lambda match: " ".join(filter(None, match.groups())), text, flags=re.IGNORECASE)


def _normalize_token(known_words: dict[str, str], token: str) -> str:
    if token.lower() in {"and", "or"}:
        return token.upper()
    return known_words.get(_normalize_word(token), _BRACKETS.get(token, token))


def _normalize_word(word: str) -> str:
    return word.replace("_", "").lower()
