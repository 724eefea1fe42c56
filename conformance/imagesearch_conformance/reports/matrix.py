"""Requirements x implementations: what several reports say of the same requirements, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.requirement import DeviationState
from imagesearch_conformance.reports.deviations import reported_deviations
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import clip_text

#: Stands where a report does not have a requirement.
MISSING = "absent"

#: What has to be the same of all reports, so that a row means one thing.
_COMMON_PROPERTIES: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "subject": lambda report: build_subject(report).kind,
    "revision": lambda report: str(report["suite"]["document"]),
    "contract": lambda report: str(report["suite"]["specDigest"]),
}

#: So much of a digest tells contracts apart, its algorithm included, in characters.
_DIGEST_LENGTH = 19

#: Outcomes from the one that asks for attention to the one that does not, and what there is of a cell besides.
OUTCOME_ORDER = ("failed", "errored", "warned", "passed", "skipped", "notApplicable", MISSING)


@frozen
class MatrixColumn:
    """One implementation: its name, its report, and where a page about that report is, if there is one."""

    name: str
    report: dict[str, Any] = field(repr=False)
    report_link: str | None = None
    requirements_by_id: Mapping[str, dict[str, Any]] = field(init=False, repr=False)

    @requirements_by_id.default
    def _index_requirements(self) -> Mapping[str, dict[str, Any]]:
        return {one["id"]: one for one in self.report["requirements"]}

    @property
    def scope_notes(self) -> tuple[str, ...]:
        """What the verdict is of, where that is less than everything."""
        suite = self.report["suite"]
        chosen = bool(suite.get("select") or suite.get("deselect"))
        early = not self.report["complete"]
        known = sum(one["state"] == DeviationState.APPLIED for one in reported_deviations(self.report))
        departures = [f"with {known} known departure{'s' if known > 1 else ''}"] if known else []
        return (*["of what was selected"] * chosen, *departures, *["ended early"] * early)

    def outcome(self, requirement_id: str) -> str:
        """What became of a requirement here."""
        return (
            str(self.requirements_by_id[requirement_id]["outcome"])
            if requirement_id in self.requirements_by_id
            else MISSING
        )


@frozen
class MatrixRow:
    """One requirement, and what became of it in each column; `level` is that of the register."""

    id: str
    level: str
    statement: str
    source: str
    outcomes: tuple[str, ...]

    @property
    def has_differences(self) -> bool:
        """Whether the columns do not all say the same."""
        return len(set(self.outcomes)) > 1


@frozen
class MatrixArea:
    """The rows of one area, and for each column how many of them came out how."""

    name: str
    rows: tuple[MatrixRow, ...]
    counts: tuple[Mapping[str, int], ...]


@frozen
class ImplementationMatrix:
    """All areas, and in what the reports are of different contracts or subjects, if they are."""

    columns: tuple[MatrixColumn, ...]
    areas: tuple[MatrixArea, ...]
    differences: tuple[str, ...] = ()
    difference_kinds: str = ""

    @property
    def rows(self) -> tuple[MatrixRow, ...]:
        """Every row."""
        return tuple(row for area in self.areas for row in area.rows)

    @property
    def counts(self) -> tuple[Mapping[str, int], ...]:
        """For each column, how many requirements came out how."""
        return _count_outcomes(self.rows, len(self.columns))


def build_matrix(columns: Sequence[MatrixColumn], *, allow_mixed: bool = False) -> ImplementationMatrix:
    """The matrix; raises BadInput for reports of different contracts or subjects, unless they may be mixed."""
    mixture = tuple(_find_differences(columns))
    different = _difference_kinds(columns)
    if mixture and not allow_mixed:
        problem = f"the reports are of different {different}: {'; '.join(mixture)}"
        raise InvalidInput(clip_text(problem), "matrix", "give --mixed to see them side by side all the same")
    by_area: dict[str, list[MatrixRow]] = {}
    for row, area in _build_rows(columns):
        by_area.setdefault(area, []).append(row)
    areas = [MatrixArea(name, tuple(rows), _count_outcomes(rows, len(columns))) for name, rows in by_area.items()]
    return ImplementationMatrix(tuple(columns), tuple(areas), mixture, different)


def _difference_kinds(columns: Sequence[MatrixColumn]) -> str:
    """What the reports do not have in common, in words."""
    kinds = len({build_subject(one.report).kind for one in columns}) > 1
    contracts = len({(one.report["suite"]["document"], one.report["suite"]["specDigest"]) for one in columns}) > 1
    return " and ".join([*["contracts"] * contracts, *["subjects"] * kinds])


def _find_differences(columns: Sequence[MatrixColumn]) -> Iterable[str]:
    """In what the reports are of different contracts or kinds: what there is of each, and whose it is."""
    for word, key in _COMMON_PROPERTIES.items():
        names: dict[str, list[str]] = {}
        for one in columns:
            names.setdefault(key(one.report), []).append(one.name)
        if len(names) > 1:
            yield clip_text(
                "; ".join(f"{word} {value[:_DIGEST_LENGTH]} in {', '.join(found)}" for value, found in names.items())
            )


def _build_rows(columns: Sequence[MatrixColumn]) -> Iterable[tuple[MatrixRow, str]]:
    """Every requirement of any column with its area, in the order in which they are first met."""
    for name in dict.fromkeys(name for column in columns for name in column.requirements_by_id):
        told_of = [column.requirements_by_id[name] for column in columns if name in column.requirements_by_id]
        levels = " / ".join(dict.fromkeys(one["level"] for one in told_of))
        outcomes = tuple(column.outcome(name) for column in columns)
        yield MatrixRow(name, levels, told_of[0]["statement"], told_of[0]["source"], outcomes), told_of[0]["area"]


def _count_outcomes(rows: Iterable[MatrixRow], column_count: int) -> tuple[Mapping[str, int], ...]:
    found: list[Counter[str]] = [Counter() for _ in range(column_count)]
    for row in rows:
        for counter, outcome in zip(found, row.outcomes, strict=True):
            counter[outcome] += 1
    return tuple({name: counter[name] for name in OUTCOME_ORDER if counter[name]} for counter in found)


#: What the outcomes of a matrix are called, and the sign that stands for each where colour may not be seen.
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
    Outcome.PASSED: "kept wherever it was exercised",
    Outcome.WARNED: "departed from in a way that does not decide the verdict",
    Outcome.FAILED: "departed from",
    Outcome.ERRORED: "could not be judged",
    Outcome.SKIPPED: "was left out of the run, or not reached",
    Outcome.NOT_APPLICABLE: "nothing in the run showed what it speaks of, or the target does not claim it",
    MISSING: "the report is of a contract without this requirement",
}
