"""The report as a short Markdown document for the job summary of a pipeline."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import Any

from imagesearch_conformance.reports.index import (
    accepted_deviations,
    is_failing,
    most_severe_with_case,
    reported_deviations,
)
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import (
    escape_markdown,
    format_value,
    inline_code,
    outcome_counts_text,
    state_label,
    verdict_text,
)

#: Maximum number of entries of a list, and of its bytes: pipelines limit the size of a summary (GitHub to one
#: mebibyte), and the whole document stays far below that.
_MAX_ENTRIES, _MAX_BYTES = 50, 12_000

#: Maximum length of one text in a list, in characters.
_MAX_TEXT_LENGTH = 300

_VERDICT_SYMBOLS = {"conformant": "\u2705", "nonconformant": "\u274c", "inconclusive": "\u2754"}


def render_summary(report: dict[str, Any]) -> str:
    """Return the Markdown text of a report."""
    parts = [
        _render_head(report),
        _render_areas(report),
        _render_requirements(report, "failed", "Failed"),
        _render_deviations(report),
        _render_requirements(report, "errored", "Could not be judged"),
        _render_requirements(report, "warned", "Warnings"),
        _render_not_exercised(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _render_head(report: dict[str, Any]) -> str:
    suite, verdict, subject = report["suite"], report["verdict"], build_subject(report)
    lines = [
        f"# {_VERDICT_SYMBOLS[verdict]} SearchImageByName: {verdict_text(report)}",
        "",
        f"- {subject.label}: " + "".join(f"{phrase}{inline_code(value)}" for phrase, value in subject.description),
        f"- Cases: {outcome_counts_text(report)}; {report['requests']} requests in {report['durationSeconds']} s",
        f"- Documentation: {suite['document']}; lowest level that fails: {suite['level']}"
        + (", strict" if suite["strict"] else ""),
        f"- Suite {suite['version']}, contract `{suite['specDigest'][:19]}`, started {report['startedAt']}",
    ]
    if report["stopReason"]:
        lines += ["", f"**Run incomplete:** {escape_markdown(report['stopReason'])}"]
    return "\n".join(lines)


def _render_areas(report: dict[str, Any]) -> str:
    table = [
        "| area | passed | warned | failed | errored | skipped | not applicable |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    columns = ("passed", "warned", "failed", "errored", "skipped", "notApplicable")
    counts: dict[str, Counter[str]] = {}
    for requirement in report["requirements"]:
        counts.setdefault(requirement["area"], Counter())[requirement["outcome"]] += 1
    for area, area_counts in counts.items():
        table.append(f"| {area} | " + " | ".join(str(area_counts[name] or "") for name in columns) + " |")
    return "## Requirements by area\n\n" + "\n".join(table)


def _render_requirements(report: dict[str, Any], outcome: str, title: str) -> str:
    # Known deviations have a list of their own.
    accepted = accepted_deviations(report) if outcome == "warned" else ()
    requirements = [
        requirement
        for requirement in report["requirements"]
        if requirement["outcome"] == outcome and requirement["id"] not in accepted
    ]
    lines = [_requirement_line(report, requirement) for requirement in requirements[:_MAX_ENTRIES]]
    return _render_list(title, lines, len(requirements)) if requirements else ""


def _render_list(title: str, lines: list[str], total: int) -> str:
    """Return as many lines as fit, at least the first, and the number of those left out."""
    sizes = accumulate(len(line.encode("utf-8", "replace")) for line in lines)
    line_count = max(1, sum(size <= _MAX_BYTES for size in sizes))
    shown = lines[:line_count]
    if total > len(shown):
        shown.append(f"- and {total - len(shown)} more, see report.json")
    return f"## {title}\n\n" + "\n".join(shown)


def _render_deviations(report: dict[str, Any]) -> str:
    """Return the known deviations, failing ones first."""
    deviations = sorted(reported_deviations(report), key=lambda deviation: not is_failing(deviation))
    lines = [_deviation_line(report, deviation) for deviation in deviations[:_MAX_ENTRIES]]
    return _render_list("Known deviations", lines, len(deviations)) if deviations else ""


def _deviation_line(report: dict[str, Any], deviation: dict[str, Any]) -> str:
    symbol = f"{_VERDICT_SYMBOLS['nonconformant']} " if is_failing(deviation) else ""
    case, _ = most_severe_with_case(report, {"id": deviation["requirement"]})
    texts = "; ".join(
        escape_markdown(text, _MAX_TEXT_LENGTH) for text in (deviation["explanation"], deviation["reason"])
    )
    references = [inline_code(deviation["link"], _MAX_TEXT_LENGTH), *([inline_code(case["id"])] if case else [])]
    head = f"- {symbol}**{deviation['requirement']}**, {state_label(deviation)}, until {deviation['expires']}"
    return f"{head}: {texts} ({', '.join(references)})"


def _requirement_line(report: dict[str, Any], requirement: dict[str, Any]) -> str:
    statement = escape_markdown(requirement["statement"], _MAX_TEXT_LENGTH)
    line = f"- **{requirement['id']}** ({requirement['level']}): {statement}"
    if requirement["reason"]:
        return f"{line} {escape_markdown(requirement['reason'], _MAX_TEXT_LENGTH)}"
    case, finding = most_severe_with_case(report, requirement)
    if finding is None:
        return line
    line += f" {escape_markdown(finding['message'], _MAX_TEXT_LENGTH)}"
    if finding["actual"] is not None:
        line += f", got {inline_code(format_value(finding['actual']))}"
    if finding["where"]:
        line += f" at {inline_code(finding['where'], _MAX_TEXT_LENGTH)}"
    return f"{line} ({inline_code(case['id'])})" if case else line


def _render_not_exercised(report: dict[str, Any]) -> str:
    reasons = Counter(
        requirement["reason"]
        for requirement in report["requirements"]
        if requirement["outcome"] in {"notApplicable", "skipped"}
    )
    lines = [
        f"- {count} requirement{'s' if count > 1 else ''}: {escape_markdown(reason, _MAX_TEXT_LENGTH)}"
        for reason, count in reasons.most_common(_MAX_ENTRIES)
    ]
    return _render_list("Not exercised", lines, len(reasons)) if lines else ""
