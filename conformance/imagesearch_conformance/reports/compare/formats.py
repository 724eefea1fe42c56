"""A comparison as JSON (`spec/schemas/comparison.json`), and for people: text for a terminal, bounded Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.reports.compare.changes import (
    Change,
    ChangeKind,
    Comparison,
    ComparisonResult,
)
from imagesearch_conformance.reports.compare.results import LatencyComparison, ReportedResult
from imagesearch_conformance.reports.serialization import render_json
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import (
    clip_document,
    clip_text,
    escape_markdown,
    format_value,
    inline_code,
    render_table,
)

#: Raised when readers of the previous version would misread the document.
SCHEMA_VERSION = 1


def serialize_comparison(comparison: Comparison, old_path: str, new_path: str) -> dict[str, Any]:
    """Return the document of a comparison; the paths are those of the reports."""
    requirements, cases = comparison.unchanged_counts
    return {
        "schemaVersion": SCHEMA_VERSION,
        "result": comparison.result.value,
        "inconclusiveReason": comparison.inconclusive_reason and clip_text(comparison.inconclusive_reason),
        "old": _serialize_run(comparison.old, old_path),
        "new": _serialize_run(comparison.new, new_path),
        "notes": [
            {"about": note.about, "old": note.old, "new": note.new, "effect": clip_text(note.effect)}
            for note in comparison.notes
        ],
        "counts": {
            "requirements": {**_serialize_counts(comparison, comparison.requirements), "unchanged": requirements},
            "cases": {**_serialize_counts(comparison, comparison.cases), "unchanged": cases},
        },
        "requirements": [_serialize_requirement_change(change) for change in comparison.requirements],
        "cases": [_serialize_case_change(change) for change in comparison.cases],
        "latency": _serialize_latency(comparison.latency),
    }


def _serialize_run(report: dict[str, Any], path: str) -> dict[str, Any]:
    suite, subject = report["suite"], build_subject(report)
    return {
        "path": clip_text(path),
        "verdict": report["verdict"],
        "complete": report["complete"],
        "subject": subject.kind,
        "subjectTitle": clip_text(subject.title),
        "endpoint": report["target"]["endpoint"],
        "document": suite["document"],
        "specDigest": suite["specDigest"],
        "suiteVersion": suite["version"],
        "startedAt": report["startedAt"],
        "requests": report["requests"],
        "counts": report["counts"],
    }


def _serialize_counts(comparison: Comparison, changes: Sequence[Change]) -> dict[str, int]:
    return {kind.value: count for kind, count in comparison.count_by_kind(changes).items()}


def _serialize_requirement_change(change: Change) -> dict[str, Any]:
    result = change.new or change.old
    return {**_serialize_change(change), "level": result and result.level, "area": result and result.area}


def _serialize_case_change(change: Change) -> dict[str, Any]:
    return {
        **_serialize_change(change),
        "oldResponses": _response_labels(change.old),
        "newResponses": _response_labels(change.new),
    }


def _serialize_change(change: Change) -> dict[str, Any]:
    old, new = change.old, change.new
    result = new or old
    return {
        "id": result and result.id,
        "oldId": old.id if old is not None and new is not None and old.id != new.id else None,
        "kind": change.kind.value,
        "regression": change.is_regression,
        "old": old and old.outcome.value,
        "new": new and new.outcome.value,
        "reason": change.reason and clip_text(change.reason),
    }


def _response_labels(result: ReportedResult | None) -> list[str]:
    return list(result.response_labels) if result is not None else []


def _serialize_latency(latency: LatencyComparison) -> dict[str, Any]:
    return {
        "cases": latency.case_count,
        "oldSeconds": latency.old_seconds and round(latency.old_seconds, 6),
        "newSeconds": latency.new_seconds and round(latency.new_seconds, 6),
        "slower": latency.is_slower,
        "slowerCases": [
            {"id": case_id, "oldSeconds": round(old, 6), "newSeconds": round(new, 6)}
            for case_id, old, new in latency.slower_cases
        ],
    }


#: Maximum length of the Markdown document: a comment on a merge request is limited (65,536 at GitHub).
_MAX_LENGTH = 60_000

#: Maximum number of lines of one kind of change, and maximum length of a reason, in characters.
_MAX_LINES, _MAX_REASON_LENGTH = 50, 240

#: Changes with the same summary share one line if there are more of them.
_MAX_SEPARATE_CHANGES = 3

_TITLES: Mapping[str, str] = {
    ChangeKind.NEW_FAILURE: "New failures",
    ChangeKind.NOT_JUDGED: "No longer judged",
    ChangeKind.MISSING: "Missing from the new report",
    ChangeKind.FIXED: "Fixed",
    ChangeKind.CHANGED_OUTCOME: "Changed outcome",
    ChangeKind.CHANGED_CODE: "Changed status or code, same outcome",
    ChangeKind.NEW: "New",
}

_RESULT_SYMBOLS: Mapping[str, str] = {
    ComparisonResult.REGRESSION: "\u274c",
    ComparisonResult.NO_REGRESSION: "\u2705",
    ComparisonResult.INCONCLUSIVE: "\u2754",
}

#: Formats text that comes from a report.
TextFormatter = Callable[[str], str]


def render_text(comparison: dict[str, Any]) -> str:
    """Return lines for a terminal."""
    lines = [f"{name}: {_run_line(comparison[name], format_value)}" for name in ("old", "new")]
    lines += [f"note: {note}" for note in _note_lines(comparison, format_value)]
    for kind, title in _TITLES.items():
        changes = list(_change_lines(comparison, kind, format_value))
        if changes:
            lines += [f"{title} ({_count_text(comparison, kind)})", *(f"  {change}" for change in changes)]
    lines += [*_latency_lines(comparison, format_value), f"result: {headline(comparison)}"]
    return "\n".join(lines) + "\n"


def render_markdown(comparison: dict[str, Any]) -> str:
    """Return a Markdown document for the job summary of a pipeline or a comment."""
    parts = [
        f"# {_RESULT_SYMBOLS[comparison['result']]} SearchImageByName: {headline(comparison)}",
        "\n".join(f"- {name}: {_run_line(comparison[name], inline_code)}" for name in ("old", "new")),
        _count_table(comparison),
        "\n".join(f"- {line}" for line in _latency_lines(comparison, inline_code)),
        _render_section("Differences between the runs", list(_note_lines(comparison, inline_code))),
    ]
    parts += [
        _render_section(
            f"{title} ({_count_text(comparison, kind)})", list(_change_lines(comparison, kind, inline_code))
        )
        for kind, title in _TITLES.items()
    ]
    return clip_document("\n\n".join(part for part in parts if part) + "\n", _MAX_LENGTH, "the comparison as JSON")


def headline(comparison: dict[str, Any]) -> str:
    """Return the result in one line."""
    verdicts = f"verdict {comparison['old']['verdict']} -> {comparison['new']['verdict']}"
    if comparison["result"] == ComparisonResult.INCONCLUSIVE:
        return f"inconclusive: {format_value(comparison['inconclusiveReason'])}; {verdicts}"
    if comparison["result"] == ComparisonResult.NO_REGRESSION:
        return f"no regression; {verdicts}"
    regressions = [
        _pluralize(count, name)
        for name in ("requirements", "cases")
        if (count := sum(change["regression"] for change in comparison[name]))
    ]
    return f"regression in {' and '.join(regressions)}; {verdicts}"


def _run_line(run: dict[str, Any], format_text: TextFormatter) -> str:
    early = "" if run["complete"] else " (ended early)"
    return (
        f"{run['verdict']}{early}, {format_text(run['subjectTitle'])}, documentation {format_text(run['document'])}, "
        f"started {format_text(run['startedAt'])}, {_pluralize(run['requests'], 'requests')} "
        f"({format_text(run['path'])})"
    )


def _note_lines(comparison: dict[str, Any], format_text: TextFormatter) -> Iterator[str]:
    format_effect = escape_markdown if format_text is inline_code else clip_text
    for note in comparison["notes"]:
        old, new = (_format_note_value(note[name], format_text) for name in ("old", "new"))
        values = "" if note["old"] == note["new"] else f" {old} -> {new}"
        yield f"{format_text(note['about'])}{values}: {format_effect(note['effect'])}"


def _format_note_value(value: Any, format_text: TextFormatter) -> str:
    return format_text(_clip_reason(value if isinstance(value, str) else json.dumps(value)))


def _change_lines(comparison: dict[str, Any], kind: str, format_text: TextFormatter) -> Iterator[str]:
    """Yield the changes of one kind, requirements first; changes with the same summary may share one line."""
    for name in ("requirements", "cases"):
        separate = name == "requirements" and kind in {ChangeKind.NEW_FAILURE, ChangeKind.FIXED}
        groups: dict[Any, list[dict[str, Any]]] = {}
        for change in comparison[name]:
            if change["kind"] == kind:
                key = change["id"] if separate else _change_summary(change, format_text)
                groups.setdefault(key, []).append(change)
        lines = [line for group in groups.values() for line in _group_lines(group, name, format_text)]
        yield from lines[:_MAX_LINES]
        if len(lines) > _MAX_LINES:
            yield f"and {len(lines) - _MAX_LINES} more lines about {name}"


def _group_lines(group: list[dict[str, Any]], noun: str, format_text: TextFormatter) -> Iterator[str]:
    if len(group) <= _MAX_SEPARATE_CHANGES:
        yield from (f"{_change_label(change, format_text)}: {_change_summary(change, format_text)}" for change in group)
        return
    first_ids = ", ".join(format_text(change["id"]) for change in group[:_MAX_SEPARATE_CHANGES])
    yield f"{len(group)} {noun} ({first_ids}, ...): {_change_summary(group[0], format_text)}"


def _change_label(change: dict[str, Any], format_text: TextFormatter) -> str:
    level = f" ({change['level']})" if "level" in change else ""
    return format_text(change["id"]) + level + (f", was {format_text(change['oldId'])}" if change["oldId"] else "")


def _change_summary(change: dict[str, Any], format_text: TextFormatter) -> str:
    """Return a change in words, without its id."""
    old, new = change["old"] or "missing", change["new"] or "missing"
    summary = f"{old} -> {new}{_response_change(change, format_text)}"
    if not change["regression"] and change["kind"] in {ChangeKind.NOT_JUDGED, ChangeKind.MISSING}:
        summary += " (not a regression)"
    if not change["reason"]:
        return summary
    prefix = "before: " if change["kind"] == ChangeKind.FIXED else ""
    return f"{summary}; {prefix}{format_text(_clip_reason(change['reason']))}"


def _response_change(change: dict[str, Any], format_text: TextFormatter) -> str:
    """Return the old and new responses if both runs have some and they differ."""
    old, new = change.get("oldResponses"), change.get("newResponses")
    if not old or not new or old == new:
        return ""
    return f"; {format_text(_clip_reason(', '.join(old)))} -> {format_text(_clip_reason(', '.join(new)))}"


def _latency_lines(comparison: dict[str, Any], format_text: TextFormatter) -> Iterator[str]:
    latency = comparison["latency"]
    if latency["cases"]:
        label = "slower" if latency["slower"] else "not slower"
        yield f"{label}: median exchange {_latency_change(latency)} over {latency['cases']} cases"
    for case in latency["slowerCases"][:_MAX_LINES]:
        yield f"slower: {format_text(case['id'])} {_latency_change(case)}"


def _latency_change(times: dict[str, Any]) -> str:
    return f"{times['oldSeconds'] * 1000:.1f} ms -> {times['newSeconds'] * 1000:.1f} ms"


def _count_table(comparison: dict[str, Any]) -> str:
    counts = [comparison["counts"][name] for name in ("requirements", "cases")]
    titles = {**_TITLES, "unchanged": "Unchanged"}
    rows = [[title, *(str(by_kind[kind]) for by_kind in counts)] for kind, title in titles.items()]
    return render_table(["", "requirements", "cases"], rows)


def _count_text(comparison: dict[str, Any], kind: str) -> str:
    return ", ".join(
        _pluralize(count, name) for name in ("requirements", "cases") if (count := comparison["counts"][name][kind])
    )


def _pluralize(count: int, plural: str) -> str:
    return f"{count} {plural.removesuffix('s') if count == 1 else plural}"


def _render_section(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines) if lines else ""


def _clip_reason(text: str) -> str:
    return text if len(text) <= _MAX_REASON_LENGTH else f"{text[:_MAX_REASON_LENGTH]}..."


FORMATS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "text": render_text,
    "json": render_json,
    "markdown": render_markdown,
}
