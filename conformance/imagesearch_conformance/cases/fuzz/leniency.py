"""Other ways to write a condition, which some endpoints may understand: judged by nobody."""

from __future__ import annotations

import re

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.filters.conditions import LISTS

#: A string, a word, or one character of anything else.
_TOKEN = re.compile(r'"[^"]*"|[^\W\d]\w*|.', re.DOTALL)

_BRACKETS = {"[": "(", "{": "(", "]": ")", "}": ")"}

_VALUE = r'(?:"[^"]*"|-?[0-9]+)'

#: Values after a list operator that stand in no parentheses.
_BARE = re.compile(rf"\bin\s+({_VALUE}(?:\s*,\s*{_VALUE})*)(?=\s|\)|$)")

#: A list that holds nothing, or ends with a comma.
_HOLLOW = re.compile(r"(\bin\s*)\(\s*\)"), re.compile(r"(\bin\s*\([^()]*),(\s*\))")


def eased(contract: Contract, text: str) -> str:
    """The text with other brackets, names and keywords in other capitals, bare and hollow lists put right.

    What is changed within strings changes nothing of whether the text is a condition.
    """
    known = {_folded(name): name for name in contract.filters.attributes}
    known |= {word: word for sign in LISTS for word in sign.split()}
    words = [
        token if token.startswith('"') else _eased(known, token) for token in _TOKEN.findall(_apart(contract, text))
    ]
    bare = _BARE.sub(r"in (\1)", "".join(words))
    empty, trailing = _HOLLOW
    # A hollow list is taken for one with a value of either kind.
    closed = trailing.sub(r"\1\2", bare)
    filled = [empty.sub(rf"\1({value})", closed) for value in ("0", '""')]
    return next((one for one in filled if contract.filters.language.allows(one)), closed)


def _apart(contract: Contract, text: str) -> str:
    """The text with spaces between names and list operators that touch."""
    names = "|".join(sorted(map(re.escape, contract.filters.attributes), key=len, reverse=True))
    touching = rf"(?<!\w)({names}|)(not|)(not|in)(?!\w)"
    return re.sub(touching, lambda found: " ".join(filter(None, found.groups())), text, flags=re.IGNORECASE)


def _eased(known: dict[str, str], token: str) -> str:
    if token.lower() in {"and", "or"}:
        return token.upper()
    return known.get(_folded(token), _BRACKETS.get(token, token))


def _folded(word: str) -> str:
    return word.replace("_", "").lower()
