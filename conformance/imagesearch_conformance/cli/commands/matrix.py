"""`matrix`: compare implementations."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code

if TYPE_CHECKING:
    from imagesearch_conformance.contract import Contract
    from imagesearch_conformance.reports.matrix import MatrixColumn

#: Matrices without --reports are written below this directory.
_DEFAULT_DIRECTORY = Path("reports")

#: The HTML report beside a report.json.
_HTML_REPORT = "report.html"


@click.command("matrix")
@click.argument("reports", metavar="[NAME=]REPORT...", nargs=-1, required=True)
@click.option(
    "--reports",
    "directory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the matrix to this directory; by default reports/matrix-<UTC time>.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(["html", "markdown"]),
    multiple=True,
    help="Write only this format (repeatable).",
)
@click.option(
    "--mixed", is_flag=True, help="Accept reports of different contracts, revisions or subjects, with a note."
)
@exit_with_code
def command(*, reports: tuple[str, ...], directory: Path | None, formats: tuple[str, ...], mixed: bool) -> ExitCode:
    """Put reports side by side: one row per requirement, one column per implementation, in the order given.

    Each REPORT is a report.json or the directory of one. NAME= sets the name of its column, by default the
    name that the client reports for itself, else the name of the directory. Writes matrix.html, a single
    file, and matrix.md. A column links to the report.html beside its report, if there is one.
    """
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.reports.matrix import FORMATS, build_matrix
    from imagesearch_conformance.reports.text import escape_unprintable
    from imagesearch_conformance.reports.write import create_directory, write_text

    directory = directory or _DEFAULT_DIRECTORY / f"matrix-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    contract = load(None)
    columns = _with_unique_names([_load_column(argument, directory, contract) for argument in reports])
    matrix = build_matrix(columns, allow_mixed=mixed)
    create_directory(directory)
    written = []
    for file_name, render in (FORMATS[name] for name in (dict.fromkeys(formats) or FORMATS)):
        write_text(render(matrix), directory / file_name)
        written.append(directory / file_name)
    for difference in matrix.differences:
        click.echo(f"note: the reports are of different {matrix.difference_kinds}: {difference}", err=True)
    click.echo(f"wrote {escape_unprintable(', '.join(map(str, written)))}")
    return ExitCode.CONFORMANT


def _load_column(argument: str, directory: Path, contract: Contract) -> MatrixColumn:
    from imagesearch_conformance.reports.load import load_report, resolve_report_path
    from imagesearch_conformance.reports.matrix import MatrixColumn
    from imagesearch_conformance.reports.subject import build_subject

    name, path = _parse_argument(argument)
    report_path = resolve_report_path(path)
    report = load_report(report_path, contract)
    name = name or build_subject(report).self_reported_name or _default_name(report_path)
    return MatrixColumn(name, report, _report_link(report_path, directory))


def _parse_argument(argument: str) -> tuple[str, Path]:
    """Split NAME=REPORT; an argument that exists as it stands is a path."""
    from imagesearch_conformance.errors import InvalidInput

    name, equals, path = argument.partition("=")
    if not equals or Path(argument).exists():
        return "", Path(argument)
    if not name or not path:
        raise InvalidInput(f"invalid argument {argument!r}", "matrix", "expected NAME=REPORT, or a path alone")
    return name, Path(path)


def _default_name(report_path: Path) -> str:
    """Return the name of the report's directory, or of the file if it is not called report.json."""
    from imagesearch_conformance.reports.certificate import REPORT_FILE

    path = report_path.resolve()
    return path.parent.name or path.stem if path.name == REPORT_FILE else path.stem


def _report_link(report_path: Path, directory: Path) -> str | None:
    """Return the relative URL from the matrix to the HTML report, or None if there is none."""
    html_report = report_path.parent / _HTML_REPORT
    if not html_report.is_file():
        return None
    return quote(os.fsencode(Path(os.path.relpath(html_report, directory)).as_posix()))


def _with_unique_names(columns: Iterable[MatrixColumn]) -> list[MatrixColumn]:
    """Return the columns, with a number behind each name that occurred before."""
    from attrs import evolve

    counts: Counter[str] = Counter()
    unique = []
    for column in columns:
        counts[column.name] += 1
        count = counts[column.name]
        unique.append(evolve(column, name=f"{column.name} ({count})") if count > 1 else column)
    return unique
