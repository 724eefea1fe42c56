"""A matrix as an HTML page and as a Markdown table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.reports.jinja_templates import render_html_page
from imagesearch_conformance.reports.markdown import escape_markdown, inline_code, render_table
from imagesearch_conformance.reports.matrix import (
    OUTCOME_DISPLAY,
    OUTCOME_MEANINGS,
    OUTCOME_ORDER,
    ImplementationMatrix,
    MatrixColumn,
)
from imagesearch_conformance.reports.subject import build_subject

_VERDICT_SYMBOLS: Mapping[str, str] = {"conformant": "\u2713", "nonconformant": "\u2717", "inconclusive": "?"}

#: CSS classes of verdicts.
_VERDICT_STYLES: Mapping[str, str] = {"conformant": "passed", "nonconformant": "failed", "inconclusive": "warned"}


def render_html(matrix: ImplementationMatrix) -> str:
    """Return the matrix as one self-contained HTML page."""
    return render_html_page(
        "matrix.html.j2",
        matrix=matrix,
        outcome_display=OUTCOME_DISPLAY,
        outcome_meanings=OUTCOME_MEANINGS,
        used_outcomes=_used_outcomes(matrix),
        verdict_symbols=_VERDICT_SYMBOLS,
        verdict_styles=_VERDICT_STYLES,
        facts=_column_facts(matrix),
        levels=list(dict.fromkeys(row.level for row in matrix.rows)),
        difference_count=sum(row.has_differences for row in matrix.rows),
    )


def render_markdown(matrix: ImplementationMatrix) -> str:
    """Return the matrix as one Markdown table: facts of the columns, then areas and requirements."""
    legend = ", ".join(map(_outcome_text, _used_outcomes(matrix)))
    head = ["requirement", "level", *(_column_heading(column) for column in matrix.columns)]
    parts = ["# SearchImageByName: requirements x implementations", *_difference_note(matrix), f"Legend: {legend}."]
    return "\n\n".join([*parts, render_table(head, _table_rows(matrix))]) + "\n"


def _used_outcomes(matrix: ImplementationMatrix) -> list[str]:
    return [outcome for outcome in OUTCOME_ORDER if any(outcome in counts for counts in matrix.counts)]


def _outcome_text(outcome: str) -> str:
    symbol, label = OUTCOME_DISPLAY[outcome]
    return f"{symbol} {label}"


def _difference_note(matrix: ImplementationMatrix) -> Iterator[str]:
    if matrix.differences:
        differences = escape_markdown("; ".join(matrix.differences))
        yield f"**Mixed:** these reports have different {matrix.difference_kinds}. {differences}."


def _column_heading(column: MatrixColumn) -> str:
    name = escape_markdown(column.name)
    return f"[{name}](<{column.report_link}>)" if column.report_link else name


def _table_rows(matrix: ImplementationMatrix) -> Iterator[list[str]]:
    yield ["**verdict**", "", *map(_verdict_cell, matrix.columns)]
    for label, values in _column_facts(matrix).items():
        yield [f"**{label}**", "", *map(inline_code, values)]
    for area in matrix.areas:
        yield [f"**{escape_markdown(area.name)}**", f"{len(area.rows)}", *map(_counts_text, area.counts)]
        for row in area.rows:
            yield [inline_code(row.id), row.level, *map(_outcome_text, row.outcomes)]


def _verdict_cell(column: MatrixColumn) -> str:
    verdict = column.report["verdict"]
    return f"{_VERDICT_SYMBOLS[verdict]} {verdict}" + "".join(f" ({note})" for note in column.scope_notes)


def _counts_text(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {OUTCOME_DISPLAY[outcome][1]}" for outcome, count in counts.items())


def _column_facts(matrix: ImplementationMatrix) -> dict[str, list[str]]:
    """Return facts about the columns besides the verdict: label, and one text for each column."""
    reports: list[dict[str, Any]] = [column.report for column in matrix.columns]
    subjects = [build_subject(report) for report in reports]
    suites = [report["suite"] for report in reports]
    return {
        "requirements": [_counts_text(counts) for counts in matrix.counts],
        "cases": [str(sum(report["counts"].values())) for report in reports],
        "requests": [str(report["requests"]) for report in reports],
        " / ".join(dict.fromkeys(subject.noun for subject in subjects)): [subject.name for subject in subjects],
        "lowest level that fails": [suite["level"] + (", strict" if suite["strict"] else "") for suite in suites],
        "documentation": [str(suite["document"]) for suite in suites],
        "contract": [str(suite["specDigest"])[:19] for suite in suites],
        "started": [str(report["startedAt"]) for report in reports],
    }


FORMATS = {"html": ("matrix.html", render_html), "markdown": ("matrix.md", render_markdown)}
