"""`selfcheck`: who tests the tests."""

from __future__ import annotations

import os
from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("selfcheck")
@click.option(
    "--fault", "names", multiple=True, metavar="GLOB", help="Try these faults and variations only (repeatable)."
)
@click.option("--document", metavar="REVISION", help="Try one revision of the page only, like 2026-06.")
@click.option("--spec", type=click.Path(path_type=Path), metavar="DIR", help="Another contract directory.")
@click.option("--http", is_flag=True, help="Ask real servers in real time, instead of emulators in the same process.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    metavar="N",
    help="How many processes try side by side.",
)
@click.option(
    "--budget", "budgets", type=click.IntRange(min=1), multiple=True, metavar="N",
    help="Say too what N requests would notice (repeatable).",
)  # fmt: skip
@click.option("--write-order", is_flag=True, help="Store the order of cases that the kills suggest.")
@click.option("--reports", type=click.Path(path_type=Path), metavar="DIR", help="Directory for the results.")
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="What standard output gets."
)
@click.option("--quiet", is_flag=True, help="Print what is wrong and the totals alone.")
@exit_with_code
def command(  # noqa: PLR0913 one parameter an option
    *,
    names: tuple[str, ...],
    document: str | None,
    spec: Path | None,
    http: bool,
    jobs: int,
    budgets: tuple[int, ...],
    write_order: bool,
    reports: Path | None,
    output: str,
    quiet: bool,
) -> ExitCode:
    """Run the suite against every named fault of the emulator and everything that conforms.

    Says which requirement and case notices each fault and after how many requests, which faults
    survive, and which conforming endpoints are flagged. Exit code 1 if there is any of these, if a
    fault trips other requirements than it breaks, or if a binding requirement has no fault.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.selfchecking import run_selfcheck
    from imagesearch_conformance.selfcheck.selfcheck import Selfcheck

    chosen = Selfcheck.create(spec, document, names, budgets, http=http)
    return run_selfcheck(chosen, jobs, reports, write_order=write_order, for_people=output != "json", quiet=quiet)
