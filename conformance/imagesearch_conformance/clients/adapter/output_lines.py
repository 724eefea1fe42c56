"""One line of an adapter's standard output, read as far as possible."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.model.finding import Json

_BYTE_ORDER_MARK = "\ufeff"

#: What may stand before an object.
_LEADING_CHARACTERS = f"{_BYTE_ORDER_MARK} \t\r"

#: The most levels of a message: more than any reply has, few enough for everything that is done with it later.
_MAX_DEPTH = 64

_TOO_DEEP = f"the line is nested more than {_MAX_DEPTH} levels deep"


@frozen
class OutputLine:
    """A line; `document` is None for one that is no JSON object, which makes it noise.

    `flaws` says what makes an object no proper message: not UTF-8, numbers that JSON has not.
    """

    text: str
    document: Mapping[str, Json] | None = None
    errors: tuple[str, ...] = ()


def parse_line(raw: bytes) -> OutputLine:
    """Reads a line; never raises."""
    text, flaws = _decode(raw)
    if not text.lstrip(_LEADING_CHARACTERS).startswith("{"):
        return OutputLine(text)
    numbers = _NumberParser()
    try:
        value = numbers.json_decoder().decode(text.removeprefix(_BYTE_ORDER_MARK))
    except RecursionError:
        return OutputLine(text, {}, (*flaws, _TOO_DEEP))
    except ValueError:
        return OutputLine(text)
    if not isinstance(value, dict):
        return OutputLine(text)
    if _is_too_deep(value):
        return OutputLine(text, _scalar_members(value), (*flaws, _TOO_DEEP))
    return OutputLine(text, value, (*flaws, *numbers.errors))


def _decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    stripped = raw.rstrip(b"\r\n")
    try:
        text = stripped.decode("utf-8")
    except UnicodeDecodeError as problem:
        flaw = f"the line is not UTF-8 from byte {problem.start} on"
        return stripped.decode("utf-8", "replace"), (flaw,)
    return text, ("the line begins with a byte order mark",) if text.startswith(_BYTE_ORDER_MARK) else ()


class _NumberParser:
    """Reads numbers, and notes those that are none in JSON or cannot be held; they become null."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def json_decoder(self) -> json.JSONDecoder:
        return json.JSONDecoder(
            parse_constant=self._parse_constant, parse_int=self._parse_integer, parse_float=self._parse_float
        )

    def _parse_constant(self, name: str) -> None:
        self.errors.append(f"{name} is no JSON value")

    def _parse_integer(self, digits: str) -> int | None:
        try:
            return int(digits)
        except ValueError:  # more digits than Python reads
            self.errors.append(f"a number has {len(digits)} digits, which is more than can be read")
            return None

    def _parse_float(self, digits: str) -> float | None:
        value = float(digits)
        if math.isinf(value):
            self.errors.append(f"the number {digits[:40]} is larger than can be read")
            return None
        return value


def _is_too_deep(value: Any) -> bool:
    """Whether a value has more levels than are read; without recursion, which would have a bound of its own."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [inner for one in level if isinstance(one, (dict, list)) for inner in _members(one)]
        if not level:
            return False
    return True


def _members(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _scalar_members(value: dict[str, Any]) -> dict[str, Any]:
    """The members that say what a message is, without what is nested in it."""
    return {name: one for name, one in value.items() if not isinstance(one, (dict, list))}
