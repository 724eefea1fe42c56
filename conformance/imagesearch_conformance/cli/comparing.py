"""Reads two reports, compares them, shows it, and says by an exit code what came out."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.contract import load
from imagesearch_conformance.reports.comparison import Comparison, Result, compare
from imagesearch_conformance.reports.comparison_document import comparison_document
from imagesearch_conformance.reports.comparison_formats import FORMATS, headline
from imagesearch_conformance.reports.reading import read_report, report_file
from imagesearch_conformance.reports.writing import write_text

_EXITS = {
    Result.REGRESSION: Exit.NONCONFORMANT,
    Result.NO_REGRESSION: Exit.CONFORMANT,
    Result.INCONCLUSIVE: Exit.INCONCLUSIVE,
}


def show(old: Path, new: Path, fail_on: str, output: str, file: Path | None) -> Exit:
    """Prints or writes the comparison; raises BadInput for what is no report."""
    contract = load(None)
    before, after = (read_report(report_file(path), contract) for path in (old, new))
    found = compare(before, after, contract.protocol.success)
    document = comparison_document(found, str(old), str(new))
    text = FORMATS[output](document)
    if file is None:
        click.echo(text, nl=False)
    else:
        write_text(text, file)
        click.echo(headline(document))
    return _exit(found, fail_on)


def _exit(found: Comparison, fail_on: str) -> Exit:
    if fail_on == "never":
        return Exit.CONFORMANT
    if fail_on == "change" and found.changes:
        return Exit.NONCONFORMANT
    return _EXITS[found.result]
