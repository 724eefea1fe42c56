"""`requirements`: the register."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("requirements")
@click.option(
    "--format", "output", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True
)
@click.option(
    "--subject",
    type=click.Choice(["endpoint", "client"]),
    default="endpoint",
    show_default=True,
    help="Whose requirements.",
)
@click.option("--spec", type=click.Path(path_type=Path), metavar="DIR", help="Another contract directory.")
@click.option("--document", metavar="REVISION", help="Revision of the page, like 2026-06.")
@exit_with_code
def command(output: str, subject: str, spec: Path | None, document: str | None) -> ExitCode:
    """List every requirement with its level, its statement and where the page says it."""
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.requirements_formats import FORMATS
    from imagesearch_conformance.contract import load

    contract = load(spec, document)
    click.echo(FORMATS[output](contract.for_clients() if subject == "client" else contract))
    return ExitCode.CONFORMANT
