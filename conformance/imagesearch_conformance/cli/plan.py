"""`plan`: what a run would send, before it is sent."""

from __future__ import annotations

from typing import Any

import click

from imagesearch_conformance.cli.exits import Exit, exits
from imagesearch_conformance.cli.options import options_of, run_options


@click.command("plan")
@click.argument("endpoint", required=False)
@run_options
@click.option("--offline", is_flag=True, help="Send nothing, not even the survey; what it would learn is assumed.")
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="What standard output gets."
)
@click.pass_context
@exits
def command(context: click.Context, /, endpoint: str | None, output: str, *, offline: bool, **given: Any) -> Exit:
    """Show the cases that `run` would make of ENDPOINT, how many requests, and how long they take.

    Only the survey is sent (a few requests), and with --offline nothing at all.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.opening import opened
    from imagesearch_conformance.cli.planned import planned, show, show_json

    options = options_of(context, given)
    with opened(endpoint, options) as opening:
        made = planned(opening, offline=offline)
        (show_json if output == "json" else show)(made, opening)
    return Exit.CONFORMANT
