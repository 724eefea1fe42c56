"""Other ways to write a condition, which some endpoints may understand: judged by nobody."""

from __future__ import annotations

import re

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.ast import LIST_OPERATORS

#: A string, a word, or one character of anything else.
_TOKEN = re.compile(r'"[^"]*"|[^\W\d]\w*|.', re.DOTALL)

_BRACKETS = {"[": "(", "{": "(", "]": ")", "}": ")"}

_VALUE = r'(?:"[^"]*"|-?[0-9]+)'

#: Values after a list operator that stand in no parentheses.
_LIST_WITHOUT_PARENTHESES = re.compile(rf"\bin\s+({_VALUE}(?:\s*,\s*{_VALUE})*)(?=\s|\)|$)")

#: A list that holds nothing, or ends with a comma.
_INCOMPLETE_LISTS = re.compile(r"(\bin\s*)\(\s*\)"), re.compile(r"(\bin\s*\([^()]*),(\s*\))")


def normalize_leniently(contract: Contract, text: str) -> str:
    """The text with other brackets, names and keywords in other capitals, bare and hollow lists put right.

    What is changed within strings changes nothing of whether the text is a condition.
    """
    known = {_normalize_word(name): name for name in contract.filter_rules.attributes}
    known |= {word: word for sign in LIST_OPERATORS for word in sign.split()}
    words = [
        token if token.startswith('"') else _normalize_token(known, token)
        for token in _TOKEN.findall(_separate_words(contract, text))
    ]
    bare = _LIST_WITHOUT_PARENTHESES.sub(r"in (\1)", "".join(words))
    empty, trailing = _INCOMPLETE_LISTS
    # A hollow list is taken for one with a value of either kind.
    closed = trailing.sub(r"\1\2", bare)
    filled = [empty.sub(rf"\1({value})", closed) for value in ("0", '""')]
    return next((one for one in filled if contract.filter_rules.parser.is_valid(one)), closed)


def _separate_words(contract: Contract, text: str) -> str:
    """The text with spaces between names and list operators that touch."""
    names = "|".join(sorted(map(re.escape, contract.filter_rules.attributes), key=len, reverse=True))
    touching = rf"(?<!\w)({names}|)(not|)(not|in)(?!\w)"
    return re.sub(touching, lambda found: " ".join(filter(None, found.groups())), text, flags=re.IGNORECASE)


def _normalize_token(known_words: dict[str, str], token: str) -> str:
    if token.lower() in {"and", "or"}:
        return token.upper()
    return known_words.get(_normalize_word(token), _BRACKETS.get(token, token))


def _normalize_word(word: str) -> str:
    return word.replace("_", "").lower()
