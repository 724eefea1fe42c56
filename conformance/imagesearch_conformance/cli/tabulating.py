"""Reads the reports of a matrix, names its columns, and writes its formats."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import click
from attrs import evolve

from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.load import load_report, resolve_report_path
from imagesearch_conformance.reports.matrix import FORMATS, MatrixColumn, build_matrix
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import escape_unprintable
from imagesearch_conformance.reports.write import create_directory, write_text

#: Where matrices without --reports are written.
_DEFAULT_DIRECTORY = Path("reports")

#: The page of a run, beside its report.
_HTML_REPORT = "report.html"


def write_matrix(
    arguments: Sequence[str], directory: Path | None, formats: Sequence[str], *, allow_mixed: bool
) -> ExitCode:
    """Writes the matrix of the reports; raises BadInput for what is no report, or should not be mixed."""
    place = directory or _DEFAULT_DIRECTORY / f"matrix-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    contract = load(None)
    found = build_matrix(
        _with_unique_names([_load_column(one, place, contract) for one in arguments]), allow_mixed=allow_mixed
    )
    create_directory(place)
    written = []
    for name, make in (FORMATS[one] for one in (dict.fromkeys(formats) or FORMATS)):
        write_text(make(found), place / name)
        written.append(place / name)
    for one in found.differences:
        click.echo(f"note: the reports are of different {found.difference_kinds}: {one}", err=True)
    click.echo(f"wrote {escape_unprintable(', '.join(map(str, written)))}")
    return ExitCode.CONFORMANT


def _load_column(argument: str, directory: Path, contract: Contract) -> MatrixColumn:
    name, path = _parse_argument(argument)
    report = resolve_report_path(path)
    document = load_report(report, contract)
    return MatrixColumn(
        name or build_subject(document).self_reported_name or _default_name(report),
        document,
        _report_link(report, directory),
    )


def _parse_argument(argument: str) -> tuple[str, Path]:
    """The name that the user gives, if any, and the path: what is there as it stands is a path."""
    name, equals, path = argument.partition("=")
    if not equals or Path(argument).exists():
        return "", Path(argument)
    if not name or not path:
        raise InvalidInput(f"{argument!r} names nothing", "matrix", "NAME=REPORT, or a path alone")
    return name, Path(path)


def _default_name(report_path: Path) -> str:
    """The name of a report that nobody named: its directory's, or its own where it is called otherwise."""
    whole = report_path.resolve()
    return whole.parent.name or whole.stem if whole.name == REPORT_FILE else whole.stem


def _report_link(report_path: Path, directory: Path) -> str | None:
    """The way from the matrix to the page beside a report, as part of a URL."""
    page = report_path.parent / _HTML_REPORT
    return quote(os.fsencode(Path(os.path.relpath(page, directory)).as_posix())) if page.is_file() else None


def _with_unique_names(columns: Iterable[MatrixColumn]) -> list[MatrixColumn]:
    """The columns, those with a name that was there before counted."""
    met: Counter[str] = Counter()
    found = []
    for one in columns:
        met[one.name] += 1
        found.append(evolve(one, name=f"{one.name} ({met[one.name]})") if met[one.name] > 1 else one)
    return found
