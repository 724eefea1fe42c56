"""How values are written: what the page shows, and what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.contract.parameters import Parameter, to_wire_value

#: An integer as the page writes it.
_CANONICAL_INTEGER = re.compile(r"-?[1-9][0-9]*|0", re.ASCII)

#: An integer in our rules: the rest of the notations is left open by them.
_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)

#: A notation that some decoders take for an integer.
_LENIENT_INTEGER = re.compile(r"[ \t\n\r\f\v]*[+-]?[0-9]+(\.0*)?[ \t\n\r\f\v]*", re.ASCII)

#: What some decoders take for true or false, in capitals or not.
_LENIENT_BOOLEANS = frozenset({"true", "false", "t", "f", "yes", "no", "y", "n", "on", "off", "1", "0"})

#: What may stand around it.
_WHITESPACE = " \t\n\r\f\v"

#: True and false as the page writes them.
_BOOLEANS = {to_wire_value(value=truth): truth for truth in (True, False)}

#: More digits than any bound has: longer integers are cut here, which changes no comparison.
_MAX_DIGITS = 100

#: Stands for a value in a notation that may be understood or refused.
UNSPECIFIED_VALUE = object()


def is_unspecified_notation(parameter: Parameter, text: str) -> bool:
    """Whether the page is silent on how a value is written."""
    if not text:
        return not parameter.required
    return _UNSPECIFIED_NOTATIONS[parameter.type](parameter, text)


def to_json_value(parameter: Parameter, text: str) -> Any:
    """A value as JSON Schema wants it, text where it is nothing else; UNTOLD in a notation that is left open."""
    if parameter.is_integer and _INTEGER.fullmatch(text):
        return parse_clipped_integer(text)
    if parameter.is_boolean and text in _BOOLEANS:
        return _BOOLEANS[text]
    return UNSPECIFIED_VALUE if parameter.type != "string" and is_unspecified_notation(parameter, text) else text


def is_canonical_integer(text: str) -> bool:
    """Whether an integer is written as the page writes it."""
    return bool(_CANONICAL_INTEGER.fullmatch(text))


def parse_clipped_integer(text: str) -> int:
    """The value of an integer, or of an endless one a part that lies beyond every bound as well."""
    digits = text.removeprefix("-").lstrip("0")[:_MAX_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


def _is_lenient_boolean(_: Parameter, text: str) -> bool:
    bare = text.strip(_WHITESPACE)
    # Other scripts have letters that become these in lower case.
    return text not in _BOOLEANS and bare.isascii() and bare.lower() in _LENIENT_BOOLEANS


def _is_lenient_integer(_: Parameter, text: str) -> bool:
    return bool(_LENIENT_INTEGER.fullmatch(text)) and not is_canonical_integer(text)


_UNSPECIFIED_NOTATIONS: Mapping[str, Callable[[Parameter, str], bool]] = {
    "boolean": _is_lenient_boolean,
    "integer": _is_lenient_integer,
    "string": Parameter.is_unspecified,
}

#: The types of parameters that are known here.
KNOWN_TYPES = frozenset(_UNSPECIFIED_NOTATIONS)
