"""Notations of values: documented and unspecified ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.contract.parameters import Parameter, to_wire_value

#: An integer as the documentation writes it.
_CANONICAL_INTEGER = re.compile(r"-?[1-9][0-9]*|0", re.ASCII)

#: An integer by our rules; other notations are unspecified.
_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)

#: A notation that some decoders accept as an integer.
_LENIENT_INTEGER = re.compile(r"[ \t\n\r\f\v]*[+-]?[0-9]+(\.0*)?[ \t\n\r\f\v]*", re.ASCII)

#: Texts that some decoders accept as a boolean, in any case.
_LENIENT_BOOLEANS = frozenset({"true", "false", "t", "f", "yes", "no", "y", "n", "on", "off", "1", "0"})

#: Whitespace around a boolean that such decoders ignore.
_WHITESPACE = " \t\n\r\f\v"

#: True and false as the documentation writes them.
_BOOLEANS = {to_wire_value(value=truth): truth for truth in (True, False)}

#: More digits than any bound has: longer integers are clipped, which changes no comparison.
_MAX_DIGITS = 100

#: Marks a value in an unspecified notation.
UNSPECIFIED_VALUE = object()


def is_unspecified_notation(parameter: Parameter, text: str) -> bool:
    """Return whether the documentation does not specify the notation of a value."""
    if not text:
        return not parameter.required
    return _UNSPECIFIED_NOTATIONS[parameter.type](parameter, text)


def to_json_value(parameter: Parameter, text: str) -> Any:
    """Return a value as JSON for validation by a schema, or UNSPECIFIED_VALUE for an unspecified notation."""
    if parameter.is_integer and _INTEGER.fullmatch(text):
        return parse_clipped_integer(text)
    if parameter.is_boolean and text in _BOOLEANS:
        return _BOOLEANS[text]
    return UNSPECIFIED_VALUE if parameter.type != "string" and is_unspecified_notation(parameter, text) else text


def is_canonical_integer(text: str) -> bool:
    return bool(_CANONICAL_INTEGER.fullmatch(text))


def parse_clipped_integer(text: str) -> int:
    """Return the value of an integer; one with too many digits is clipped to a value beyond all bounds."""
    digits = text.removeprefix("-").lstrip("0")[:_MAX_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


def _is_lenient_boolean(_: Parameter, text: str) -> bool:
    bare = text.strip(_WHITESPACE)
    # Letters of other scripts can have these as their lower case.
    return text not in _BOOLEANS and bare.isascii() and bare.lower() in _LENIENT_BOOLEANS


def _is_lenient_integer(_: Parameter, text: str) -> bool:
    return bool(_LENIENT_INTEGER.fullmatch(text)) and not is_canonical_integer(text)


_UNSPECIFIED_NOTATIONS: Mapping[str, Callable[[Parameter, str], bool]] = {
    "boolean": _is_lenient_boolean,
    "integer": _is_lenient_integer,
    "string": Parameter.is_unspecified,
}

#: The types of parameters that this module knows.
KNOWN_TYPES = frozenset(_UNSPECIFIED_NOTATIONS)
