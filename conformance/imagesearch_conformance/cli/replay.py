"""`replay`: sends one case of an earlier run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import collect_options, run_options


@click.command("replay")
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("case_id")
@run_options
@click.option("--endpoint", metavar="URL", help="Send to this endpoint instead of the report's.")
@click.pass_context
@exit_with_code
def command(
    context: click.Context, /, report: Path, case_id: str, endpoint: str | None, **option_values: Any
) -> ExitCode:
    """Send the case CASE_ID of REPORT (a report.json) again, with the same data and a new signature.

    Keys are not in reports: they come from --profile or from the environment. A run of the embedded
    emulator is replayed on a new one.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.replaying import replay_case

    return replay_case(report, case_id, endpoint, collect_options(context, option_values))
