"""`compare`: show what changed between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code

if TYPE_CHECKING:
    from imagesearch_conformance.reports.compare.changes import Comparison


@click.command("compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--fail-on",
    type=click.Choice(["regression", "change", "never"]),
    default="regression",
    show_default=True,
    help="Exit with 1 on a regression, on any change, or never.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Format of the comparison.",
)
@click.option(
    "--output",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the comparison to FILE and print only its result.",
)
@exit_with_code
def command(old: Path, new: Path, fail_on: str, output: str, file: Path | None) -> ExitCode:
    """Show what changed from the run OLD to the run NEW: each a report.json or the directory of one.

    A regression is a requirement or case that fails now and did not before, or that was judged before
    and is not judged now. Generated examples appear in reports only while they fail, so they may
    disappear; their requirements may not. Exit codes: 0 no regression, 1 regression, 3 if the new run
    ended early or the runs have nothing in common. `--fail-on change` exits with 1 on any change of an
    outcome, status or code, `--fail-on never` always with 0.
    """
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.reports.compare.changes import compare_reports
    from imagesearch_conformance.reports.compare.formats import FORMATS, headline, serialize_comparison
    from imagesearch_conformance.reports.load import load_report, resolve_report_path
    from imagesearch_conformance.reports.write import write_text

    contract = load(None)
    old_report, new_report = (load_report(resolve_report_path(path), contract) for path in (old, new))
    comparison = compare_reports(old_report, new_report, contract.protocol.success_status)
    document = serialize_comparison(comparison, str(old), str(new))
    text = FORMATS[output](document)
    if file is None:
        click.echo(text, nl=False)
    else:
        write_text(text, file)
        click.echo(headline(document))
    return _exit_code(comparison, fail_on)


def _exit_code(comparison: Comparison, fail_on: str) -> ExitCode:
    from imagesearch_conformance.reports.compare.changes import ComparisonResult

    if fail_on == "never":
        return ExitCode.CONFORMANT
    if fail_on == "change" and comparison.changes:
        return ExitCode.NONCONFORMANT
    return {
        ComparisonResult.REGRESSION: ExitCode.NONCONFORMANT,
        ComparisonResult.NO_REGRESSION: ExitCode.CONFORMANT,
        ComparisonResult.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
    }[comparison.result]
