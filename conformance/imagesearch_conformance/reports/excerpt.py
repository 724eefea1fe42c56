"""A body as a page shows it: laid out, bounded, with the place that a finding speaks of marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve, frozen

from imagesearch_conformance.reports.wording import printable

#: The most of one line, in characters, and of one body, in lines.
_WIDEST, _LONGEST = 240, 60

#: How many neighbours of a marked item, and how many fields that lead nowhere, are shown.
_AROUND, _ASIDE = 1, 12

_STEP = "  "


@frozen
class Line:
    """One line of an excerpt; `marked` where it shows what is wrong, `left_out` where it stands for others."""

    text: str
    margin: str = ""
    marked: bool = False
    left_out: bool = False

    def inside(self) -> Line:
        """The line one step further to the right."""
        return evolve(self, margin=self.margin + _STEP)

    def named(self, name: str) -> Line:
        """The line with the name of a field before it."""
        return evolve(self, text=f"{_compact(name)}: {self.text}")


def excerpt(body: str, where: str = "") -> tuple[Line, ...]:
    """The lines of a body; `where` is a JSON pointer (RFC 6901) into it, or names a place outside of it."""
    try:
        lines = list(_laid_out(json.loads(body), where))
    except (ValueError, RecursionError):
        lines = [Line(line) for line in body.splitlines()]
    return tuple(_bounded(lines))


def excerpt_of(value: Any, where: str = "") -> tuple[Line, ...]:
    """The lines of a JSON value."""
    try:
        lines = list(_laid_out(value, where))
    except (ValueError, RecursionError):
        lines = [Line("(what cannot be written as JSON)")]
    return tuple(_bounded(lines))


def _laid_out(value: Any, where: str) -> Iterator[Line]:
    if not where.startswith("/"):
        return _opened(value)
    return _towards(value, [step.replace("~1", "/").replace("~0", "~") for step in where[1:].split("/")])


def _towards(value: Any, path: Sequence[str]) -> Iterator[Line]:
    """The lines of a value, opened as far as the path leads; what it leads to is marked."""
    if not path:
        return (evolve(line, marked=True) for line in _opened(value))
    if isinstance(value, dict):
        return _within("{", _of_object(value, path), "}")
    if isinstance(value, list):
        return _within("[", _of_list(value, path), "]")
    return iter([Line(_compact(value), marked=True)])


def _within(opening: str, lines: Iterator[Line], closing: str) -> Iterator[Line]:
    yield Line(opening)
    yield from (line.inside() for line in lines)
    yield Line(closing)


def _of_object(value: dict[str, Any], path: Sequence[str]) -> Iterator[Line]:
    wanted = path[0]
    if wanted not in value:
        yield Line(f"({_compact(wanted)} is not there)", marked=True)
    aside = [name for name in value if name != wanted]
    shown = {wanted, *aside[:_ASIDE]}
    for name in (one for one in value if one in shown):
        if name == wanted:
            first, *others = _towards(value[name], path[1:])
            yield from (first.named(name), *others)
        else:
            yield Line(_compact(value[name])).named(name)
    yield from _left_out(len(aside) - _ASIDE, "more fields")


def _of_list(value: list[Any], path: Sequence[str]) -> Iterator[Line]:
    chosen = next((index for index in range(len(value)) if str(index) == path[0]), None)
    if chosen is None:
        yield Line(f"(there is no item {path[0]} among {len(value)})", marked=True)
        return
    first, last = max(chosen - _AROUND, 0), min(chosen + _AROUND, len(value) - 1)
    yield from _left_out(first, "more")
    for index in range(first, last + 1):
        yield from _towards(value[index], path[1:]) if index == chosen else [Line(_compact(value[index]))]
    yield from _left_out(len(value) - last - 1, "more")


def _left_out(count: int, what: str) -> Iterator[Line]:
    if count > 0:
        yield Line(f"... {count} {what}", left_out=True)


def _opened(value: Any) -> Iterator[Line]:
    """A value with one line for each of its parts."""
    if isinstance(value, dict) and value:
        return _within("{", (Line(_compact(one)).named(name) for name, one in value.items()), "}")
    if isinstance(value, list) and value:
        return _within("[", (Line(_compact(one)) for one in value), "]")
    return iter([Line(_compact(value))])


def _compact(value: Any) -> str:
    if isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict):
        return f"[{_compact(value[0])}, ... {len(value) - 1} more]"
    return json.dumps(value, ensure_ascii=False)


def _bounded(lines: Sequence[Line]) -> Iterator[Line]:
    """At most so many lines, with the marked ones among them, each printable and not too wide."""
    marked = next((index for index, line in enumerate(lines) if line.marked), 0)
    first = max(0, min(marked - _LONGEST // 2, len(lines) - _LONGEST))
    yield from _left_out(first, "more lines")
    for line in lines[first : first + _LONGEST]:
        text = line.text if len(line.text) <= _WIDEST else f"{line.text[:_WIDEST]}... ({len(line.text)} characters)"
        yield evolve(line, text=printable(text))
    yield from _left_out(len(lines) - first - _LONGEST, "more lines")
