"""`client`: gates a client."""

from __future__ import annotations

from typing import Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import client_options, collect_options


@click.command("client", context_settings={"ignore_unknown_options": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@client_options
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="What standard output gets."
)
@click.pass_context
@exit_with_code
def command(context: click.Context, /, command: tuple[str, ...], output: str, **option_values: Any) -> ExitCode:
    """Gate a client: start COMMAND as its adapter, and judge what it sends and what it hands back.

    The adapter speaks JSON-RPC 2.0 over its standard input and output, one object a line: see "Writing
    an adapter" in the README. It is given IMAGESEARCH_ENDPOINT, ALIBABA_CLOUD_ACCESS_KEY_ID,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_REGION_ID; the key is made for the run. Write -- before
    COMMAND: `imagesearch-conformance client -- python adapter.py`. Reports go to --reports, by default
    reports/client-<UTC time>/.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.gating import run_client

    return run_client(command, collect_options(context, option_values), output)
