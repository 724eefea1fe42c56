"""`explain`: explain a requirement, a case, an error code or an interpretation."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import document_option, spec_option


@click.command("explain")
@click.argument("name", metavar="ID")
@spec_option
@document_option
@exit_with_code
def command(name: str, spec: Path | None, document: str | None) -> ExitCode:
    """Explain ID: a requirement (num.maximum), a case (num.maximum/above), an error code or an interpretation."""
    from imagesearch_conformance.cli.explanation import explanation
    from imagesearch_conformance.contract import load

    click.echo(explanation(load(spec, document), name))
    return ExitCode.CONFORMANT
