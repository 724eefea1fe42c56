"""Reads two reports, compares them, shows it, and says by an exit code what came out."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.contract import load
from imagesearch_conformance.reports.compare.changes import Comparison, ComparisonResult, compare_reports
from imagesearch_conformance.reports.compare.formats import FORMATS, headline, serialize_comparison
from imagesearch_conformance.reports.load import load_report, resolve_report_path
from imagesearch_conformance.reports.write import write_text

_EXIT_CODES = {
    ComparisonResult.REGRESSION: ExitCode.NONCONFORMANT,
    ComparisonResult.NO_REGRESSION: ExitCode.CONFORMANT,
    ComparisonResult.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}


def show_comparison(
    old_path: Path, new_path: Path, fail_on: str, output_format: str, output_path: Path | None
) -> ExitCode:
    """Prints or writes the comparison; raises BadInput for what is no report."""
    contract = load(None)
    before, after = (load_report(resolve_report_path(path), contract) for path in (old_path, new_path))
    found = compare_reports(before, after, contract.protocol.success_status)
    document = serialize_comparison(found, str(old_path), str(new_path))
    text = FORMATS[output_format](document)
    if output_path is None:
        click.echo(text, nl=False)
    else:
        write_text(text, output_path)
        click.echo(headline(document))
    return _exit_code(found, fail_on)


def _exit_code(comparison: Comparison, fail_on: str) -> ExitCode:
    if fail_on == "never":
        return ExitCode.CONFORMANT
    if fail_on == "change" and comparison.changes:
        return ExitCode.NONCONFORMANT
    return _EXIT_CODES[comparison.result]
