"""`plan`: what a run would send, before it is sent."""

from __future__ import annotations

from typing import Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import collect_options, run_options


@click.command("plan")
@click.argument("endpoint", required=False)
@run_options
@click.option("--offline", is_flag=True, help="Send nothing, not even the survey; what it would learn is assumed.")
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="What standard output gets."
)
@click.pass_context
@exit_with_code
def command(
    context: click.Context, /, endpoint: str | None, output: str, *, offline: bool, **option_values: Any
) -> ExitCode:
    """Show the cases that `run` would make of ENDPOINT, how many requests, and how long they take.

    Only the survey is sent (a few requests), and with --offline nothing at all.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.bootstrap import open_target
    from imagesearch_conformance.cli.planned import plan_run, print_plan, print_plan_json

    options = collect_options(context, option_values)
    with open_target(endpoint, options) as opening:
        made = plan_run(opening, offline=offline)
        (print_plan_json if output == "json" else print_plan)(made, opening)
    return ExitCode.CONFORMANT
