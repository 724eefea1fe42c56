"""A comparison in the formats that people read: lines for a terminal, and a bounded page of Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from imagesearch_conformance.reports.compare.changes import ChangeKind, ComparisonResult
from imagesearch_conformance.reports.markdown import clip_page, escape_markdown, inline_code, render_table
from imagesearch_conformance.reports.serialization import render_json
from imagesearch_conformance.reports.text import clip_text, format_value

#: The most characters of a page: a comment on a merge request holds no more (GitHub's bound is 65,536).
_MAX_LENGTH = 60_000

#: How many changes of one kind are listed one by one, and how much of one reason, in characters.
_MAX_LINES, _MAX_REASON_LENGTH = 50, 240

#: So many changes of which the same is to be said are listed apart.
_MAX_SEPARATE_CHANGES = 3

_TITLES: Mapping[str, str] = {
    ChangeKind.NEW_FAILURE: "New failures",
    ChangeKind.LOST: "Lost: judged before, and not any more",
    ChangeKind.VANISHED: "Vanished: not in the new report",
    ChangeKind.FIXED: "Fixed",
    ChangeKind.CHANGED_OUTCOME: "Changed outcome",
    ChangeKind.CHANGED_CODE: "Changed status or code, with the same outcome",
    ChangeKind.NEW: "New",
}

_RESULT_SYMBOLS: Mapping[str, str] = {
    ComparisonResult.REGRESSION: "\u274c",
    ComparisonResult.NO_REGRESSION: "\u2705",
    ComparisonResult.INCONCLUSIVE: "\u2754",
}

#: A mark around text that comes from a report.
TextFormatter = Callable[[str], str]


def render_text(comparison: dict[str, Any]) -> str:
    """Lines for a terminal."""
    lines = [f"{name}: {_run_line(comparison[name], format_value)}" for name in ("old", "new")]
    lines += [f"note: {one}" for one in _note_lines(comparison, format_value)]
    for kind, title in _TITLES.items():
        entries = list(_change_lines(comparison, kind, format_value))
        lines += [f"{title} ({_count_text(comparison, kind)})", *(f"  {one}" for one in entries)] if entries else []
    lines += [*_latency_lines(comparison, format_value), f"result: {headline(comparison)}"]
    return "\n".join(lines) + "\n"


def render_markdown(comparison: dict[str, Any]) -> str:
    """A page that fits the summary of a pipeline's job, and a comment."""
    parts = [
        f"# {_RESULT_SYMBOLS[comparison['result']]} SearchImageByName: {headline(comparison)}",
        "\n".join(f"- {name}: {_run_line(comparison[name], inline_code)}" for name in ("old", "new")),
        _count_table(comparison),
        "\n".join(f"- {one}" for one in _latency_lines(comparison, inline_code)),
        _render_section("Not comparable in everything", list(_note_lines(comparison, inline_code))),
    ]
    for kind, title in _TITLES.items():
        parts.append(
            _render_section(
                f"{title} ({_count_text(comparison, kind)})", list(_change_lines(comparison, kind, inline_code))
            )
        )
    return clip_page("\n\n".join(part for part in parts if part) + "\n", _MAX_LENGTH, "the comparison as JSON")


def headline(comparison: dict[str, Any]) -> str:
    """What came out, in one line."""
    verdicts = f"verdict {comparison['old']['verdict']} -> {comparison['new']['verdict']}"
    if comparison["result"] == ComparisonResult.INCONCLUSIVE:
        return f"inconclusive: {format_value(comparison['obstacle'])}; {verdicts}"
    if comparison["result"] == ComparisonResult.NO_REGRESSION:
        return f"no regression; {verdicts}"
    found = [
        _pluralize(count, name)
        for name in ("requirements", "cases")
        if (count := sum(one["regression"] for one in comparison[name]))
    ]
    return f"regression in {' and '.join(found)}; {verdicts}"


def _run_line(run: dict[str, Any], format_text: TextFormatter) -> str:
    early = "" if run["complete"] else " (ended early)"
    judged = f"{format_text(run['judged'])} by the page of {format_text(run['document'])}, started {format_text(run['startedAt'])}"
    return f"{run['verdict']}{early}, {judged}, {_pluralize(run['requests'], 'requests')} ({format_text(run['path'])})"


def _note_lines(comparison: dict[str, Any], format_text: TextFormatter) -> Iterator[str]:
    for one in comparison["notes"]:
        values = (
            ""
            if one["old"] == one["new"]
            else f" {_format_note_value(one['old'], format_text)} -> {_format_note_value(one['new'], format_text)}"
        )
        yield f"{format_text(one['about'])}{values}: {(escape_markdown if format_text is inline_code else clip_text)(one['effect'])}"


def _format_note_value(value: Any, format_text: TextFormatter) -> str:
    return format_text(_clip_reason(value if isinstance(value, str) else json.dumps(value)))


def _change_lines(comparison: dict[str, Any], kind: str, format_text: TextFormatter) -> Iterator[str]:
    """The changes of one kind, requirements first; many of which the same is to be said are one line."""
    for name in ("requirements", "cases"):
        alone = name == "requirements" and kind in {ChangeKind.NEW_FAILURE, ChangeKind.FIXED}
        groups: dict[Any, list[dict[str, Any]]] = {}
        for one in comparison[name]:
            if one["kind"] == kind:
                groups.setdefault(one["id"] if alone else _change_summary(one, format_text), []).append(one)
        lines = [line for group in groups.values() for line in _group_lines(group, name, format_text)]
        yield from lines[:_MAX_LINES]
        if len(lines) > _MAX_LINES:
            yield f"and {len(lines) - _MAX_LINES} more lines about {name}"


def _group_lines(group: list[dict[str, Any]], noun: str, format_text: TextFormatter) -> Iterator[str]:
    if len(group) <= _MAX_SEPARATE_CHANGES:
        yield from (f"{_change_label(one, format_text)}: {_change_summary(one, format_text)}" for one in group)
        return
    some = ", ".join(format_text(one["id"]) for one in group[:_MAX_SEPARATE_CHANGES])
    yield f"{len(group)} {noun} ({some}, ...): {_change_summary(group[0], format_text)}"


def _change_label(change: dict[str, Any], format_text: TextFormatter) -> str:
    level = f" ({change['level']})" if "level" in change else ""
    return format_text(change["id"]) + level + (f", was {format_text(change['oldId'])}" if change["oldId"] else "")


def _change_summary(change: dict[str, Any], format_text: TextFormatter) -> str:
    """What is said of a change, besides its name."""
    said = f"{change['old'] or 'absent'} -> {change['new'] or 'absent'}{_response_change(change, format_text)}"
    if not change["regression"] and change["kind"] in {ChangeKind.LOST, ChangeKind.VANISHED}:
        said += " (no regression)"
    if not change["why"]:
        return said
    return (
        f"{said}; {'before: ' if change['kind'] == ChangeKind.FIXED else ''}{format_text(_clip_reason(change['why']))}"
    )


def _response_change(change: dict[str, Any], format_text: TextFormatter) -> str:
    """What came before and now, where both runs asked and it is not the same."""
    old, new = change.get("oldReplies"), change.get("newReplies")
    return (
        f"; {format_text(_clip_reason(', '.join(old)))} -> {format_text(_clip_reason(', '.join(new)))}"
        if old and new and old != new
        else ""
    )


def _latency_lines(comparison: dict[str, Any], format_text: TextFormatter) -> Iterator[str]:
    pace = comparison["pace"]
    if pace["cases"]:
        word = "slower" if pace["slower"] else "not slower"
        times = f"{_format_milliseconds(pace['oldSeconds'])} -> {_format_milliseconds(pace['newSeconds'])}"
        yield f"{word}: median exchange {times} over {pace['cases']} cases"
    for one in pace["slowerCases"][:_MAX_LINES]:
        yield f"slower: {format_text(one['id'])} {_format_milliseconds(one['oldSeconds'])} -> {_format_milliseconds(one['newSeconds'])}"


def _format_milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _count_table(comparison: dict[str, Any]) -> str:
    names = ("requirements", "cases")
    rows = [[title, *(str(comparison["counts"][name][kind]) for name in names)] for kind, title in _TITLES.items()]
    rows.append(["Unchanged", *(str(comparison["counts"][name]["unchanged"]) for name in names)])
    return render_table(["", *names], rows)


def _count_text(comparison: dict[str, Any], kind: str) -> str:
    return ", ".join(
        _pluralize(count, name) for name in ("requirements", "cases") if (count := comparison["counts"][name][kind])
    )


def _pluralize(count: int, plural: str) -> str:
    return f"{count} {plural.removesuffix('s') if count == 1 else plural}"


def _render_section(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {one}" for one in lines) if lines else ""


def _clip_reason(text: str) -> str:
    return text if len(text) <= _MAX_REASON_LENGTH else f"{text[:_MAX_REASON_LENGTH]}..."


FORMATS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "text": render_text,
    "json": render_json,
    "markdown": render_markdown,
}
