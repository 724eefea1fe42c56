"""Excerpts of JSON bodies: laid out, clipped, with the place of a finding marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve, frozen

from imagesearch_conformance.reports.text import escape_unprintable

#: Maximum length of a line in characters, and of an excerpt in lines.
_MAX_LINE_LENGTH, _MAX_LINES = 240, 60

#: Number of items shown before and after a marked item, and maximum number of fields beside a marked one.
_CONTEXT_ITEMS, _MAX_OTHER_FIELDS = 1, 12

_INDENT = "  "


@frozen
class ExcerptLine:
    """One line of an excerpt; `is_omission` if it stands for lines left out."""

    text: str
    indentation: str = ""
    marked: bool = False
    is_omission: bool = False

    def indent(self) -> ExcerptLine:
        """Return the line indented by one more step."""
        return evolve(self, indentation=self.indentation + _INDENT)

    def with_name(self, name: str) -> ExcerptLine:
        """Return the line with the name of a field before it."""
        return evolve(self, text=f"{_compact_json(name)}: {self.text}")


def body_excerpt(body: str, where: str = "") -> tuple[ExcerptLine, ...]:
    """Return the lines of a body; `where` is a JSON pointer (RFC 6901) into it, or names a place outside it."""
    try:
        lines = list(_layout_value(json.loads(body), where))
    except (ValueError, RecursionError):
        lines = [ExcerptLine(line) for line in body.splitlines()]
    return tuple(_clip_lines(lines))


def value_excerpt(value: Any, where: str = "") -> tuple[ExcerptLine, ...]:
    """Return the lines of a JSON value."""
    try:
        lines = list(_layout_value(value, where))
    except (ValueError, RecursionError):
        lines = [ExcerptLine("(not representable as JSON)")]
    return tuple(_clip_lines(lines))


def _layout_value(value: Any, where: str) -> Iterator[ExcerptLine]:
    if not where.startswith("/"):
        return _expand_value(value)
    return _layout_path(value, [step.replace("~1", "/").replace("~0", "~") for step in where[1:].split("/")])


def _layout_path(value: Any, path: Sequence[str]) -> Iterator[ExcerptLine]:
    """Return the lines of a value, expanded along the path, with its end marked."""
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
    marked_name = path[0]
    if marked_name not in value:
        yield ExcerptLine(f"({_compact_json(marked_name)} is missing)", marked=True)
    other_names = [name for name in value if name != marked_name]
    omitted = set(other_names[_MAX_OTHER_FIELDS:])
    for name, member in value.items():
        if name == marked_name:
            first, *others = _layout_path(member, path[1:])
            yield from (first.with_name(name), *others)
        elif name not in omitted:
            yield ExcerptLine(_compact_json(member)).with_name(name)
    yield from _omission_line(len(omitted), "more fields")


def _layout_list(value: list[Any], path: Sequence[str]) -> Iterator[ExcerptLine]:
    marked = next((index for index in range(len(value)) if str(index) == path[0]), None)
    if marked is None:
        yield ExcerptLine(f"(no item {path[0]}, the list has {len(value)})", marked=True)
        return
    first, last = max(marked - _CONTEXT_ITEMS, 0), min(marked + _CONTEXT_ITEMS, len(value) - 1)
    yield from _omission_line(first, "more")
    for index in range(first, last + 1):
        yield from (
            _layout_path(value[index], path[1:]) if index == marked else [ExcerptLine(_compact_json(value[index]))]
        )
    yield from _omission_line(len(value) - last - 1, "more")


def _omission_line(count: int, noun: str) -> Iterator[ExcerptLine]:
    if count > 0:
        yield ExcerptLine(f"... {count} {noun}", is_omission=True)


def _expand_value(value: Any) -> Iterator[ExcerptLine]:
    """Return a value with one line for each of its members or items."""
    if isinstance(value, dict) and value:
        return _wrap_lines(
            "{", (ExcerptLine(_compact_json(member)).with_name(name) for name, member in value.items()), "}"
        )
    if isinstance(value, list) and value:
        return _wrap_lines("[", (ExcerptLine(_compact_json(item)) for item in value), "]")
    return iter([ExcerptLine(_compact_json(value))])


def _compact_json(value: Any) -> str:
    if isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict):
        return f"[{_compact_json(value[0])}, ... {len(value) - 1} more]"
    return json.dumps(value, ensure_ascii=False)


def _clip_lines(lines: Sequence[ExcerptLine]) -> Iterator[ExcerptLine]:
    """Yield at most `_MAX_LINES` lines around the first marked one, each printable and clipped."""
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
