"""The report as a short Markdown page that fits the summary of a pipeline's job."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import Any

from imagesearch_conformance.reports.deviations import accepted_deviations, is_failing, reported_deviations, state_label
from imagesearch_conformance.reports.markdown import escape_markdown, inline_code
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import format_value, most_severe_with_case, outcome_counts_text, verdict_text

#: How many failing requirements are listed one by one, and how many bytes a list may have: what a pipeline
#: shows of a summary is bounded, and a whole one stays far below that (a mebibyte at GitHub).
_MAX_ENTRIES, _MAX_BYTES = 50, 12_000

#: The most of one text in a list, in characters.
_MAX_TEXT_LENGTH = 300

_VERDICT_SYMBOLS = {"conformant": "\u2705", "nonconformant": "\u274c", "inconclusive": "\u2754"}


def render_summary(report: dict[str, Any]) -> str:
    """The Markdown text of a report."""
    parts = [
        _render_head(report),
        _render_areas(report),
        _render_requirements(report, "failed", "Violated"),
        _render_deviations(report),
        _render_requirements(report, "errored", "Not judged"),
    ]
    parts += [_render_requirements(report, "warned", "Departures that do not decide"), _render_not_exercised(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _render_head(report: dict[str, Any]) -> str:
    suite, verdict, subject = report["suite"], report["verdict"], build_subject(report)
    lines = [
        f"# {_VERDICT_SYMBOLS[verdict]} SearchImageByName: {verdict_text(report)}",
        "",
        f"- {subject.label}: " + "".join(f"{words}{inline_code(value)}" for words, value in subject.description),
        f"- Cases: {outcome_counts_text(report)}; {report['requests']} requests in {report['durationSeconds']} s",
        f"- Judged against the page of {suite['document']}, lowest level that decides: {suite['level']}"
        + (", strict" if suite["strict"] else ""),
        f"- Suite {suite['version']}, contract `{suite['specDigest'][:19]}`, started {report['startedAt']}",
    ]
    if report["trouble"]:
        lines += ["", f"**Not all was judged:** {escape_markdown(report['trouble'])}"]
    return "\n".join(lines)


def _render_areas(report: dict[str, Any]) -> str:
    table = [
        "| area | passed | warned | failed | errored | skipped | not applicable |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    columns = ("passed", "warned", "failed", "errored", "skipped", "notApplicable")
    areas = list(dict.fromkeys(one["area"] for one in report["requirements"]))
    for area in areas:
        found = Counter(one["outcome"] for one in report["requirements"] if one["area"] == area)
        table.append(f"| {area} | " + " | ".join(str(found[name] or "") for name in columns) + " |")
    return "## Requirements by area\n\n" + "\n".join(table)


def _render_requirements(report: dict[str, Any], outcome: str, title: str) -> str:
    accepted = accepted_deviations(report) if outcome == "warned" else ()
    chosen = [one for one in report["requirements"] if one["outcome"] == outcome and one["id"] not in accepted]
    return (
        _render_list(title, [_requirement_line(report, one) for one in chosen[:_MAX_ENTRIES]], len(chosen))
        if chosen
        else ""
    )


def _render_list(title: str, lines: list[str], total: int) -> str:
    """As many lines as there is room for, the first at least, and how many more there are."""
    sizes = accumulate(len(line.encode("utf-8", "replace")) for line in lines)
    shown_lines = max(1, sum(size <= _MAX_BYTES for size in sizes))
    kept = lines[:shown_lines]
    if total > len(kept):
        kept.append(f"- and {total - len(kept)} more, see report.json")
    return f"## {title}\n\n" + "\n".join(kept)


def _render_deviations(report: dict[str, Any]) -> str:
    """The departures that are known, those first that the user has to do something about."""
    chosen = sorted(reported_deviations(report), key=lambda one: not is_failing(one))
    if not chosen:
        return ""
    return _render_list(
        "Known departures", [_deviation_line(report, one) for one in chosen[:_MAX_ENTRIES]], len(chosen)
    )


def _deviation_line(report: dict[str, Any], deviation: dict[str, Any]) -> str:
    sign = f"{_VERDICT_SYMBOLS['nonconformant']} " if is_failing(deviation) else ""
    case, _ = most_severe_with_case(report, {"id": deviation["requirement"]})
    said = "; ".join(
        escape_markdown(text, _MAX_TEXT_LENGTH) for text in (deviation["explanation"], deviation["reason"])
    )
    places = [inline_code(deviation["link"], _MAX_TEXT_LENGTH), *([inline_code(case["id"])] if case else [])]
    head = f"- {sign}**{deviation['requirement']}**, {state_label(deviation)}, until {deviation['expires']}"
    return f"{head}: {said} ({', '.join(places)})"


def _requirement_line(report: dict[str, Any], requirement: dict[str, Any]) -> str:
    said = f"- **{requirement['id']}** ({requirement['level']}): {escape_markdown(requirement['statement'], _MAX_TEXT_LENGTH)}"
    if requirement["reason"]:
        return f"{said} {escape_markdown(requirement['reason'], _MAX_TEXT_LENGTH)}"
    case, finding = most_severe_with_case(report, requirement)
    if finding is None:
        return said
    got = f", got {inline_code(format_value(finding['actual']))}" if finding["actual"] is not None else ""
    where = f" at {inline_code(finding['where'], _MAX_TEXT_LENGTH)}" if finding["where"] else ""
    return f"{said} {escape_markdown(finding['message'], _MAX_TEXT_LENGTH)}{got}{where}" + (
        f" ({inline_code(case['id'])})" if case else ""
    )


def _render_not_exercised(report: dict[str, Any]) -> str:
    chosen = [one for one in report["requirements"] if one["outcome"] in {"notApplicable", "skipped"}]
    reasons = Counter(one["reason"] for one in chosen)
    lines = [
        f"- {count} requirement{'s' if count > 1 else ''}: {escape_markdown(reason, _MAX_TEXT_LENGTH)}"
        for reason, count in reasons.most_common(_MAX_ENTRIES)
    ]
    return _render_list("Not exercised", lines, len(reasons)) if lines else ""
