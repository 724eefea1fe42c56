"""Requirements by implementations: the outcomes of several reports side by side, as HTML and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.requirement import DeviationState
from imagesearch_conformance.reports.index import reported_deviations
from imagesearch_conformance.reports.jinja_templates import render_html_page
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import clip_text, escape_markdown, inline_code, render_table

#: The outcome of a requirement that a report does not have.
MISSING = "absent"

#: Properties that all reports must share for a row to have one meaning.
_COMMON_PROPERTIES: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "subject": lambda report: build_subject(report).kind,
    "revision": lambda report: str(report["suite"]["document"]),
    "contract": lambda report: str(report["suite"]["specDigest"]),
}

#: Length of a digest, with its algorithm, that distinguishes contracts, in characters.
_DIGEST_LENGTH = 19

#: Outcomes of a cell, those that need attention first.
OUTCOME_ORDER = ("failed", "errored", "warned", "passed", "skipped", "notApplicable", MISSING)


@frozen
class MatrixColumn:
    """One implementation: its name, its report, and a link to the HTML report if there is one."""

    name: str
    report: dict[str, Any] = field(repr=False)
    report_link: str | None = None
    requirements_by_id: Mapping[str, dict[str, Any]] = field(init=False, repr=False)

    @requirements_by_id.default
    def _index_requirements(self) -> Mapping[str, dict[str, Any]]:
        return {requirement["id"]: requirement for requirement in self.report["requirements"]}

    @property
    def scope_notes(self) -> tuple[str, ...]:
        """Notes on a verdict that does not cover everything."""
        suite = self.report["suite"]
        selected = bool(suite.get("select") or suite.get("deselect"))
        deviations = reported_deviations(self.report)
        accepted = sum(deviation["state"] == DeviationState.APPLIED for deviation in deviations)
        accepted_notes = [f"with {accepted} known deviation{'s' if accepted > 1 else ''}"] if accepted else []
        incomplete = not self.report["complete"]
        return (*["selected cases only"] * selected, *accepted_notes, *["ended early"] * incomplete)

    def outcome(self, requirement_id: str) -> str:
        """Return the outcome of a requirement, or MISSING."""
        requirement = self.requirements_by_id.get(requirement_id)
        return MISSING if requirement is None else str(requirement["outcome"])


@frozen
class MatrixRow:
    """One requirement with its outcome in each column; different levels are joined in `level`."""

    id: str
    level: str
    statement: str
    source: str
    outcomes: tuple[str, ...]

    @property
    def has_differences(self) -> bool:
        return len(set(self.outcomes)) > 1


@frozen
class MatrixArea:
    """The rows of one area, and for each column the number of rows by outcome."""

    name: str
    rows: tuple[MatrixRow, ...]
    counts: tuple[Mapping[str, int], ...]


@frozen
class ImplementationMatrix:
    """All areas; `differences` describes how the contracts or subjects of the reports differ."""

    columns: tuple[MatrixColumn, ...]
    areas: tuple[MatrixArea, ...]
    differences: tuple[str, ...] = ()
    difference_kinds: str = ""

    @property
    def rows(self) -> tuple[MatrixRow, ...]:
        return tuple(row for area in self.areas for row in area.rows)

    @property
    def counts(self) -> tuple[Mapping[str, int], ...]:
        """For each column the number of requirements by outcome."""
        return _count_outcomes(self.rows, len(self.columns))


def build_matrix(columns: Sequence[MatrixColumn], *, allow_mixed: bool = False) -> ImplementationMatrix:
    """Return the matrix; raises InvalidInput for different contracts or subjects unless `allow_mixed`."""
    differences = tuple(_find_differences(columns))
    kinds = _difference_kinds(columns)
    if differences and not allow_mixed:
        problem = f"the reports have different {kinds}: {'; '.join(differences)}"
        raise InvalidInput(clip_text(problem), "matrix", "use --mixed to show them side by side anyway")
    by_area: dict[str, list[MatrixRow]] = {}
    for row, area in _build_rows(columns):
        by_area.setdefault(area, []).append(row)
    areas = [MatrixArea(name, tuple(rows), _count_outcomes(rows, len(columns))) for name, rows in by_area.items()]
    return ImplementationMatrix(tuple(columns), tuple(areas), differences, kinds)


def _difference_kinds(columns: Sequence[MatrixColumn]) -> str:
    """Return "contracts", "subjects" or both, as far as they differ."""
    subjects = {build_subject(column.report).kind for column in columns}
    contracts = {(column.report["suite"]["document"], column.report["suite"]["specDigest"]) for column in columns}
    return " and ".join([*["contracts"] * (len(contracts) > 1), *["subjects"] * (len(subjects) > 1)])


def _find_differences(columns: Sequence[MatrixColumn]) -> Iterable[str]:
    """Yield each property that differs, with its values and the columns that have them."""
    for label, get_value in _COMMON_PROPERTIES.items():
        names_by_value: dict[str, list[str]] = {}
        for column in columns:
            names_by_value.setdefault(get_value(column.report), []).append(column.name)
        if len(names_by_value) > 1:
            values = (
                f"{label} {value[:_DIGEST_LENGTH]} in {', '.join(names)}" for value, names in names_by_value.items()
            )
            yield clip_text("; ".join(values))


def _build_rows(columns: Sequence[MatrixColumn]) -> Iterable[tuple[MatrixRow, str]]:
    """Yield every requirement of any column with its area, in the order of first occurrence."""
    for requirement_id in dict.fromkeys(name for column in columns for name in column.requirements_by_id):
        entries = [
            column.requirements_by_id[requirement_id]
            for column in columns
            if requirement_id in column.requirements_by_id
        ]
        levels = " / ".join(dict.fromkeys(entry["level"] for entry in entries))
        outcomes = tuple(column.outcome(requirement_id) for column in columns)
        first = entries[0]
        yield MatrixRow(requirement_id, levels, first["statement"], first["source"], outcomes), first["area"]


def _count_outcomes(rows: Iterable[MatrixRow], column_count: int) -> tuple[Mapping[str, int], ...]:
    counters: list[Counter[str]] = [Counter() for _ in range(column_count)]
    for row in rows:
        for counter, outcome in zip(counters, row.outcomes, strict=True):
            counter[outcome] += 1
    return tuple({outcome: counter[outcome] for outcome in OUTCOME_ORDER if counter[outcome]} for counter in counters)


#: Symbol and label of each outcome; the symbol is for readers who cannot tell the colours apart.
OUTCOME_DISPLAY: Mapping[str, tuple[str, str]] = {
    Outcome.PASSED: ("\u2713", "passed"),
    Outcome.WARNED: ("!", "warned"),
    Outcome.FAILED: ("\u2717", "failed"),
    Outcome.ERRORED: ("?", "errored"),
    Outcome.SKIPPED: ("\u2013", "skipped"),
    Outcome.NOT_APPLICABLE: ("\u2205", "not applicable"),
    MISSING: ("\u00b7", "not in its contract"),
}

OUTCOME_MEANINGS: Mapping[str, str] = {
    Outcome.PASSED: "exercised without a violation",
    Outcome.WARNED: "violated in a way that does not decide the verdict",
    Outcome.FAILED: "violated",
    Outcome.ERRORED: "could not be judged",
    Outcome.SKIPPED: "not selected, or not reached",
    Outcome.NOT_APPLICABLE: "not exercised, or not claimed by the target",
    MISSING: "the contract of the report does not have this requirement",
}


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
