"""A body as a page shows it: laid out, bounded, with the place that a finding speaks of marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve, frozen

from imagesearch_conformance.reports.text import escape_unprintable

#: The most of one line, in characters, and of one body, in lines.
_MAX_LINE_LENGTH, _MAX_LINES = 240, 60

#: How many neighbours of a marked item, and how many fields that lead nowhere, are shown.
_CONTEXT_ITEMS, _MAX_OTHER_FIELDS = 1, 12

_INDENT = "  "


@frozen
class ExcerptLine:
    """One line of an excerpt; `marked` where it shows what is wrong, `left_out` where it stands for others."""

    text: str
    indentation: str = ""
    marked: bool = False
    is_omission: bool = False

    def indent(self) -> ExcerptLine:
        """The line one step further to the right."""
        return evolve(self, indentation=self.indentation + _INDENT)

    def with_name(self, name: str) -> ExcerptLine:
        """The line with the name of a field before it."""
        return evolve(self, text=f"{_compact_json(name)}: {self.text}")


def body_excerpt(body: str, where: str = "") -> tuple[ExcerptLine, ...]:
    """The lines of a body; `where` is a JSON pointer (RFC 6901) into it, or names a place outside of it."""
    try:
        lines = list(_layout_value(json.loads(body), where))
    except (ValueError, RecursionError):
        lines = [ExcerptLine(line) for line in body.splitlines()]
    return tuple(_clip_lines(lines))


def value_excerpt(value: Any, where: str = "") -> tuple[ExcerptLine, ...]:
    """The lines of a JSON value."""
    try:
        lines = list(_layout_value(value, where))
    except (ValueError, RecursionError):
        lines = [ExcerptLine("(what cannot be written as JSON)")]
    return tuple(_clip_lines(lines))


def _layout_value(value: Any, where: str) -> Iterator[ExcerptLine]:
    if not where.startswith("/"):
        return _expand_value(value)
    return _layout_path(value, [step.replace("~1", "/").replace("~0", "~") for step in where[1:].split("/")])


def _layout_path(value: Any, path: Sequence[str]) -> Iterator[ExcerptLine]:
    """The lines of a value, opened as far as the path leads; what it leads to is marked."""
    if not path:
        return (evolve(line, marked=True) for line in _expand_value(value))
    if isinstance(value, dict):
        return _wrap_lines("{", _layout_object(value, path), "}")
    if isinstance(value, list):
        return _wrap_lines("[", _layout_list(value, path), "]")
    return iter([ExcerptLine(_compact_json(value), marked=True)])


def _wrap_lines(first: str, lines: Iterator[ExcerptLine], last: str) -> Iterator[ExcerptLine]:
    yield ExcerptLine(first)
    yield from (line.indent() for line in lines)
    yield ExcerptLine(last)


def _layout_object(value: dict[str, Any], path: Sequence[str]) -> Iterator[ExcerptLine]:
    wanted = path[0]
    if wanted not in value:
        yield ExcerptLine(f"({_compact_json(wanted)} is not there)", marked=True)
    aside = [name for name in value if name != wanted]
    shown = {wanted, *aside[:_MAX_OTHER_FIELDS]}
    for name in (one for one in value if one in shown):
        if name == wanted:
            first, *others = _layout_path(value[name], path[1:])
            yield from (first.with_name(name), *others)
        else:
            yield ExcerptLine(_compact_json(value[name])).with_name(name)
    yield from _omission_line(len(aside) - _MAX_OTHER_FIELDS, "more fields")


def _layout_list(value: list[Any], path: Sequence[str]) -> Iterator[ExcerptLine]:
    chosen = next((index for index in range(len(value)) if str(index) == path[0]), None)
    if chosen is None:
        yield ExcerptLine(f"(there is no item {path[0]} among {len(value)})", marked=True)
        return
    first, last = max(chosen - _CONTEXT_ITEMS, 0), min(chosen + _CONTEXT_ITEMS, len(value) - 1)
    yield from _omission_line(first, "more")
    for index in range(first, last + 1):
        yield from (
            _layout_path(value[index], path[1:]) if index == chosen else [ExcerptLine(_compact_json(value[index]))]
        )
    yield from _omission_line(len(value) - last - 1, "more")


def _omission_line(count: int, noun: str) -> Iterator[ExcerptLine]:
    if count > 0:
        yield ExcerptLine(f"... {count} {noun}", is_omission=True)


def _expand_value(value: Any) -> Iterator[ExcerptLine]:
    """A value with one line for each of its parts."""
    if isinstance(value, dict) and value:
        return _wrap_lines("{", (ExcerptLine(_compact_json(one)).with_name(name) for name, one in value.items()), "}")
    if isinstance(value, list) and value:
        return _wrap_lines("[", (ExcerptLine(_compact_json(one)) for one in value), "]")
    return iter([ExcerptLine(_compact_json(value))])


def _compact_json(value: Any) -> str:
    if isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict):
        return f"[{_compact_json(value[0])}, ... {len(value) - 1} more]"
    return json.dumps(value, ensure_ascii=False)


def _clip_lines(lines: Sequence[ExcerptLine]) -> Iterator[ExcerptLine]:
    """At most so many lines, with the marked ones among them, each printable and not too wide."""
    marked = next((index for index, line in enumerate(lines) if line.marked), 0)
    first = max(0, min(marked - _MAX_LINES // 2, len(lines) - _MAX_LINES))
    yield from _omission_line(first, "more lines")
    for line in lines[first : first + _MAX_LINES]:
        text = (
            line.text
            if len(line.text) <= _MAX_LINE_LENGTH
            else f"{line.text[:_MAX_LINE_LENGTH]}... ({len(line.text)} characters)"
        )
        yield evolve(line, text=escape_unprintable(text))
    yield from _omission_line(len(lines) - first - _MAX_LINES, "more lines")
