"""How values are written: what the page shows, and what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.contract.parameters import Parameter, written

#: An integer as the page writes it.
_PLAIN = re.compile(r"-?[1-9][0-9]*|0", re.ASCII)

#: An integer in our rules: the rest of the notations is left open by them.
_DIGITS = re.compile(r"-?[0-9]+", re.ASCII)

#: A notation that some decoders take for an integer.
_LOOSE = re.compile(r"[ \t\n\r\f\v]*[+-]?[0-9]+(\.0*)?[ \t\n\r\f\v]*", re.ASCII)

#: What some decoders take for true or false, in capitals or not.
_TRUTHLIKE = frozenset({"true", "false", "t", "f", "yes", "no", "y", "n", "on", "off", "1", "0"})

#: What may stand around it.
_SPACE = " \t\n\r\f\v"

#: True and false as the page writes them.
_TRUTHS = {written(value=truth): truth for truth in (True, False)}

#: More digits than any bound has: longer integers are cut here, which changes no comparison.
_MOST_DIGITS = 100

#: Stands for a value in a notation that may be understood or refused.
UNTOLD = object()


def left_open(parameter: Parameter, text: str) -> bool:
    """Whether the page is silent on how a value is written."""
    if not text:
        return not parameter.required
    return _OPEN[parameter.type](parameter, text)


def as_json(parameter: Parameter, text: str) -> Any:
    """A value as JSON Schema wants it, text where it is nothing else; UNTOLD in a notation that is left open."""
    if parameter.integer and _DIGITS.fullmatch(text):
        return integer(text)
    if parameter.boolean and text in _TRUTHS:
        return _TRUTHS[text]
    return UNTOLD if parameter.type != "string" and left_open(parameter, text) else text


def plain_integer(text: str) -> bool:
    """Whether an integer is written as the page writes it."""
    return bool(_PLAIN.fullmatch(text))


def integer(text: str) -> int:
    """The value of an integer, or of an endless one a part that lies beyond every bound as well."""
    digits = text.removeprefix("-").lstrip("0")[:_MOST_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


def _like_truth(_: Parameter, text: str) -> bool:
    bare = text.strip(_SPACE)
    # Other scripts have letters that become these in lower case.
    return text not in _TRUTHS and bare.isascii() and bare.lower() in _TRUTHLIKE


def _like_integer(_: Parameter, text: str) -> bool:
    return bool(_LOOSE.fullmatch(text)) and not plain_integer(text)


_OPEN: Mapping[str, Callable[[Parameter, str], bool]] = {
    "boolean": _like_truth,
    "integer": _like_integer,
    "string": Parameter.leaves_open,
}

#: The types of parameters that are known here.
KINDS = frozenset(_OPEN)
