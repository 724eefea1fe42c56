"""`run`: certifies an endpoint."""

from __future__ import annotations

from typing import Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import collect_options, run_options


@click.command("run")
@click.argument("endpoint", required=False)
@run_options
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="What standard output gets."
)
@click.pass_context
@exit_with_code
def command(context: click.Context, /, endpoint: str | None, output: str, **option_values: Any) -> ExitCode:
    """Certify ENDPOINT, like http://127.0.0.1:8080.

    Without ENDPOINT and without a profile the embedded emulator is started and certified. Reports
    go to --reports, by default reports/<host>-<UTC time>/. Every option may also be set in the
    environment as IMAGESEARCH_CONFORMANCE_<OPTION>, and in the profile's [run] table.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.bootstrap import open_target
    from imagesearch_conformance.cli.certifying import certify

    options = collect_options(context, option_values)
    with open_target(endpoint, options) as opening:
        return certify(opening, output)
