"""Lenient parser of one line of an adapter's standard output."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.model.finding import Json

_BYTE_ORDER_MARK = "\ufeff"

#: Characters allowed before an object.
_LEADING_CHARACTERS = f"{_BYTE_ORDER_MARK} \t\r"

#: The depth limit of a message: above that of every response, and low enough for all later processing.
_MAX_DEPTH = 64

_TOO_DEEP = f"the line is nested more than {_MAX_DEPTH} levels deep"


@frozen
class OutputLine:
    """A line of output; `document` is None unless the line is a JSON object: then it is noise.

    `errors` are the reasons why an object is not a valid message: invalid UTF-8, numbers that JSON does not allow.
    """

    text: str
    document: Mapping[str, Json] | None = None
    errors: tuple[str, ...] = ()


def parse_line(raw: bytes) -> OutputLine:
    """Parse a line; never raises."""
    text, errors = _decode(raw)
    if not text.lstrip(_LEADING_CHARACTERS).startswith("{"):
        return OutputLine(text)
    numbers = _NumberParser()
    try:
        value = numbers.json_decoder().decode(text.removeprefix(_BYTE_ORDER_MARK))
    except RecursionError:
        return OutputLine(text, {}, (*errors, _TOO_DEEP))
    except ValueError:
        return OutputLine(text)
    if not isinstance(value, dict):
        return OutputLine(text)
    if _is_too_deep(value):
        # The scalar members still identify the message.
        scalars = {name: member for name, member in value.items() if not isinstance(member, (dict, list))}
        return OutputLine(text, scalars, (*errors, _TOO_DEEP))
    return OutputLine(text, value, (*errors, *numbers.errors))


def _decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    stripped = raw.rstrip(b"\r\n")
    try:
        text = stripped.decode("utf-8")
    except UnicodeDecodeError as error:
        return stripped.decode("utf-8", "replace"), (f"the line is invalid UTF-8 at byte {error.start}",)
    return text, ("the line begins with a byte order mark",) if text.startswith(_BYTE_ORDER_MARK) else ()


class _NumberParser:
    """Parses numbers; those that are invalid JSON or too large become null and are recorded in `errors`."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def json_decoder(self) -> json.JSONDecoder:
        return json.JSONDecoder(
            parse_constant=self._parse_constant, parse_int=self._parse_integer, parse_float=self._parse_float
        )

    def _parse_constant(self, name: str) -> None:
        self.errors.append(f"{name} is not a JSON value")

    def _parse_integer(self, digits: str) -> int | None:
        try:
            return int(digits)
        except ValueError:  # above the limit of sys.set_int_max_str_digits()
            self.errors.append(f"a number has {len(digits)} digits, which is too many")
            return None

    def _parse_float(self, digits: str) -> float | None:
        value = float(digits)
        if math.isinf(value):
            self.errors.append(f"the number {digits[:40]} is too large")
            return None
        return value


def _is_too_deep(value: Any) -> bool:
    """Return whether a value exceeds the depth limit; iterative, since recursion has a limit of its own."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        containers = (item for item in level if isinstance(item, (dict, list)))
        level = [
            member
            for container in containers
            for member in (container.values() if isinstance(container, dict) else container)
        ]
        if not level:
            return False
    return True
