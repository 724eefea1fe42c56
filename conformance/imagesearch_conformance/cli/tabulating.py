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

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.reports.matrix import Column, matrix
from imagesearch_conformance.reports.matrix_formats import FORMATS
from imagesearch_conformance.reports.reading import read_report, report_file
from imagesearch_conformance.reports.subject import subject_of
from imagesearch_conformance.reports.wording import printable
from imagesearch_conformance.reports.writing import prepare, write_text

#: Where matrices without --reports are written.
_REPORTS = Path("reports")

#: The page of a run, beside its report.
_PAGE = "report.html"


def tabulate(given: Sequence[str], directory: Path | None, outputs: Sequence[str], *, mixed: bool) -> Exit:
    """Writes the matrix of the reports; raises BadInput for what is no report, or should not be mixed."""
    place = directory or _REPORTS / f"matrix-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    contract = load(None)
    found = matrix(_distinct([_column(one, place, contract) for one in given]), mixed=mixed)
    prepare(place)
    written = []
    for name, make in (FORMATS[one] for one in (dict.fromkeys(outputs) or FORMATS)):
        write_text(make(found), place / name)
        written.append(place / name)
    for one in found.mixture:
        click.echo(f"note: the reports are of different {found.different}: {one}", err=True)
    click.echo(f"wrote {printable(', '.join(map(str, written)))}")
    return Exit.CONFORMANT


def _column(given: str, place: Path, contract: Contract) -> Column:
    name, path = _named(given)
    report = report_file(path)
    document = read_report(report, contract)
    return Column(name or subject_of(document).called or _name(report), document, _page(report, place))


def _named(given: str) -> tuple[str, Path]:
    """The name that the user gives, if any, and the path: what is there as it stands is a path."""
    name, equals, path = given.partition("=")
    if not equals or Path(given).exists():
        return "", Path(given)
    if not name or not path:
        raise BadInput(f"{given!r} names nothing", "matrix", "NAME=REPORT, or a path alone")
    return name, Path(path)


def _name(report: Path) -> str:
    """The name of a report that nobody named: its directory's, or its own where it is called otherwise."""
    whole = report.resolve()
    return whole.parent.name or whole.stem if whole.name == EVIDENCE else whole.stem


def _page(report: Path, place: Path) -> str | None:
    """The way from the matrix to the page beside a report, as part of a URL."""
    page = report.parent / _PAGE
    return quote(os.fsencode(Path(os.path.relpath(page, place)).as_posix())) if page.is_file() else None


def _distinct(columns: Iterable[Column]) -> list[Column]:
    """The columns, those with a name that was there before counted."""
    met: Counter[str] = Counter()
    found = []
    for one in columns:
        met[one.name] += 1
        found.append(evolve(one, name=f"{one.name} ({met[one.name]})") if met[one.name] > 1 else one)
    return found
