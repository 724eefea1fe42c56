"""Notations of filters that a lenient endpoint may accept; they are not judged."""

from __future__ import annotations

import re

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.ast import LIST_OPERATORS

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
