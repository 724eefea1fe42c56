"""A matrix as one page of HTML, and as a table of Markdown."""

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

#: What a page can tell by its colours.
_VERDICT_STYLES: Mapping[str, str] = {"conformant": "passed", "nonconformant": "failed", "inconclusive": "warned"}


def render_html(matrix: ImplementationMatrix) -> str:
    """One page that needs nothing else."""
    return render_html_page(
        "matrix.html.j2",
        matrix=matrix,
        words=OUTCOME_DISPLAY,
        meanings=OUTCOME_MEANINGS,
        used=_used_outcomes(matrix),
        verdicts=_VERDICT_SYMBOLS,
        colours=_VERDICT_STYLES,
        facts=_column_facts,
        levels=list(dict.fromkeys(row.level for row in matrix.rows)),
        differing=sum(row.has_differences for row in matrix.rows),
    )


def render_markdown(matrix: ImplementationMatrix) -> str:
    """A page with one table: the columns' heads, each area's sums, and every requirement."""
    legend = ", ".join(f"{OUTCOME_DISPLAY[name][0]} {OUTCOME_DISPLAY[name][1]}" for name in _used_outcomes(matrix))
    head = ["requirement", "level", *(_column_heading(one) for one in matrix.columns)]
    parts = ["# SearchImageByName: requirements x implementations", *_difference_note(matrix), f"Legend: {legend}."]
    return "\n\n".join([*parts, render_table(head, _table_rows(matrix))]) + "\n"


def _used_outcomes(matrix: ImplementationMatrix) -> list[str]:
    """The outcomes that there are."""
    return [name for name in OUTCOME_ORDER if any(name in one for one in matrix.counts)]


def _difference_note(matrix: ImplementationMatrix) -> Iterator[str]:
    if matrix.differences:
        yield f"**Mixed:** these reports are of different {matrix.difference_kinds}. {escape_markdown('; '.join(matrix.differences))}."


def _column_heading(column: MatrixColumn) -> str:
    return (
        f"[{escape_markdown(column.name)}](<{column.report_link}>)"
        if column.report_link
        else escape_markdown(column.name)
    )


def _table_rows(matrix: ImplementationMatrix) -> Iterator[list[str]]:
    yield ["**verdict**", "", *map(_verdict_cell, matrix.columns)]
    for name, values in _column_facts(matrix).items():
        yield [f"**{name}**", "", *map(inline_code, values)]
    for area in matrix.areas:
        yield [f"**{escape_markdown(area.name)}**", f"{len(area.rows)}", *map(_counts_text, area.counts)]
        for row in area.rows:
            yield [
                inline_code(row.id),
                row.level,
                *(f"{OUTCOME_DISPLAY[one][0]} {OUTCOME_DISPLAY[one][1]}" for one in row.outcomes),
            ]


def _verdict_cell(column: MatrixColumn) -> str:
    verdict = column.report["verdict"]
    return f"{_VERDICT_SYMBOLS[verdict]} {verdict}" + "".join(f" ({one})" for one in column.scope_notes)


def _counts_text(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {OUTCOME_DISPLAY[name][1]}" for name, count in counts.items())


def _column_facts(matrix: ImplementationMatrix) -> dict[str, list[str]]:
    """What is told of each column, besides its verdict: names, and a text a column."""
    reports: list[dict[str, Any]] = [column.report for column in matrix.columns]
    subjects = [build_subject(one) for one in reports]
    return {
        "requirements": [_counts_text(one) for one in matrix.counts],
        "cases": [str(sum(one["counts"].values())) for one in reports],
        "requests": [str(one["requests"]) for one in reports],
        " / ".join(dict.fromkeys(one.noun for one in subjects)): [one.name for one in subjects],
        "level that decides": [
            one["suite"]["level"] + (", strict" if one["suite"]["strict"] else "") for one in reports
        ],
        "page of": [str(one["suite"]["document"]) for one in reports],
        "contract": [str(one["suite"]["specDigest"])[:19] for one in reports],
        "started": [str(one["startedAt"]) for one in reports],
    }


FORMATS = {"html": ("matrix.html", render_html), "markdown": ("matrix.md", render_markdown)}
