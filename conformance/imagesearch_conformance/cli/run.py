"""`run`: certifies an endpoint."""

from __future__ import annotations

from typing import Any

import click

from imagesearch_conformance.cli.exits import Exit, exits
from imagesearch_conformance.cli.options import options_of, run_options


@click.command("run")
@click.argument("endpoint", required=False)
@run_options
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="What standard output gets."
)
@click.pass_context
@exits
def command(context: click.Context, /, endpoint: str | None, output: str, **given: Any) -> Exit:
    """Certify ENDPOINT, like http://127.0.0.1:8080.

    Without ENDPOINT and without a profile the embedded emulator is started and certified. Reports
    go to --reports, by default reports/<host>-<UTC time>/. Every option may also be set in the
    environment as IMAGESEARCH_CONFORMANCE_<OPTION>, and in the profile's [run] table.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.certifying import certify
    from imagesearch_conformance.cli.opening import opened

    options = options_of(context, given)
    with opened(endpoint, options) as opening:
        return certify(opening, output)
