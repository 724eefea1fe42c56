"""`explain`: what a requirement, a case or an error code is about."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("explain")
@click.argument("name", metavar="ID")
@click.option("--spec", type=click.Path(path_type=Path), metavar="DIR", help="Another contract directory.")
@click.option("--document", metavar="REVISION", help="Revision of the page, like 2026-06.")
@exit_with_code
def command(name: str, spec: Path | None, document: str | None) -> ExitCode:
    """Explain ID: a requirement (num.maximum), a case (num.maximum/above), an error code, an interpretation."""
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.explanation import explanation
    from imagesearch_conformance.contract import load

    click.echo(explanation(load(spec, document), name))
    return ExitCode.CONFORMANT
