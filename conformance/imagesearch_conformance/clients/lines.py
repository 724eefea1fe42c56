"""One line of an adapter's standard output, read as far as possible."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.model.finding import Json

_MARK = "\ufeff"

#: What may stand before an object.
_BEFORE = f"{_MARK} \t\r"

#: The most levels of a message: more than any reply has, few enough for everything that is done with it later.
_DEEPEST = 64

_TOO_DEEP = f"the line is nested more than {_DEEPEST} levels deep"


@frozen
class Line:
    """A line; `document` is None for one that is no JSON object, which makes it noise.

    `flaws` says what makes an object no proper message: not UTF-8, numbers that JSON has not.
    """

    text: str
    document: Mapping[str, Json] | None = None
    flaws: tuple[str, ...] = ()


def read_line(raw: bytes) -> Line:
    """Reads a line; never raises."""
    text, flaws = _decoded(raw)
    if not text.lstrip(_BEFORE).startswith("{"):
        return Line(text)
    numbers = _Numbers()
    try:
        value = numbers.decoder().decode(text.removeprefix(_MARK))
    except RecursionError:
        return Line(text, {}, (*flaws, _TOO_DEEP))
    except ValueError:
        return Line(text)
    if not isinstance(value, dict):
        return Line(text)
    if _is_deep(value):
        return Line(text, _top(value), (*flaws, _TOO_DEEP))
    return Line(text, value, (*flaws, *numbers.flaws))


def _decoded(raw: bytes) -> tuple[str, tuple[str, ...]]:
    stripped = raw.rstrip(b"\r\n")
    try:
        text = stripped.decode("utf-8")
    except UnicodeDecodeError as problem:
        flaw = f"the line is not UTF-8 from byte {problem.start} on"
        return stripped.decode("utf-8", "replace"), (flaw,)
    return text, ("the line begins with a byte order mark",) if text.startswith(_MARK) else ()


class _Numbers:
    """Reads numbers, and notes those that are none in JSON or cannot be held; they become null."""

    def __init__(self) -> None:
        self.flaws: list[str] = []

    def decoder(self) -> json.JSONDecoder:
        return json.JSONDecoder(parse_constant=self._constant, parse_int=self._integer, parse_float=self._float)

    def _constant(self, name: str) -> None:
        self.flaws.append(f"{name} is no JSON value")

    def _integer(self, digits: str) -> int | None:
        try:
            return int(digits)
        except ValueError:  # more digits than Python reads
            self.flaws.append(f"a number has {len(digits)} digits, which is more than can be read")
            return None

    def _float(self, digits: str) -> float | None:
        value = float(digits)
        if math.isinf(value):
            self.flaws.append(f"the number {digits[:40]} is larger than can be read")
            return None
        return value


def _is_deep(value: Any) -> bool:
    """Whether a value has more levels than are read; without recursion, which would have a bound of its own."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for one in level if isinstance(one, (dict, list)) for inner in _members(one)]
        if not level:
            return False
    return True


def _members(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _top(value: dict[str, Any]) -> dict[str, Any]:
    """The members that say what a message is, without what is nested in it."""
    return {name: one for name, one in value.items() if not isinstance(one, (dict, list))}
