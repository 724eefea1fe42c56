"""`judge`: judges recorded traffic, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import collect_options, recording_options


@click.command("judge")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--subject",
    type=click.Choice(["endpoint", "client"]),
    default="endpoint",
    show_default=True,
    help="Whom to judge: who replied, or who sent the requests.",
)
@recording_options
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="What standard output gets."
)
@click.pass_context
@exit_with_code
def command(context: click.Context, /, file: Path, subject: str, output: str, **option_values: Any) -> ExitCode:
    """Judge the recorded traffic in FILE, an HTTP archive (HAR), without sending anything.

    FILE is what a browser's network panel exports, what `mitmdump --set hardump=FILE` writes, or the
    traffic.har of an earlier run. The calls of SearchImageByName are found in it; what else is there
    is counted. A --profile says what the endpoint holds and claims, and has the keys by which
    signatures are checked; the environment may have these too. Reports go to --reports, by default
    reports/recorded-<UTC time>/.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.judging import judge_recording

    return judge_recording(file, collect_options(context, option_values), output, is_client=subject == "client")
