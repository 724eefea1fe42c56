"""`matrix`: requirements x implementations."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("matrix")
@click.argument("reports", metavar="[NAME=]REPORT...", nargs=-1, required=True)
@click.option(
    "--reports",
    "directory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the results; by default reports/matrix-<UTC time>.",
)
@click.option(
    "--format",
    "outputs",
    type=click.Choice(["html", "markdown"]),
    multiple=True,
    help="Write this format only (repeatable); by default both.",
)
@click.option("--mixed", is_flag=True, help="Allow reports of different contracts, revisions or subjects, and say so.")
@exit_with_code
def command(*, reports: tuple[str, ...], directory: Path | None, outputs: tuple[str, ...], mixed: bool) -> ExitCode:
    """Put reports side by side: one row a requirement, one column an implementation, in the order given.

    Each REPORT is a report.json or a directory that holds one; NAME= says what its column is called, by
    default as the client that it judges calls itself, or else as its directory is called. Writes
    matrix.html, one page that needs no network, and matrix.md. Where a report.html lies beside a report,
    the column leads there.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.tabulating import write_matrix

    return write_matrix(reports, directory, outputs, allow_mixed=mixed)
