"""`compare`: what changed between two runs."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--fail-on",
    type=click.Choice(["regression", "change", "never"]),
    default="regression",
    show_default=True,
    help="What makes the exit code 1.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="What is printed or written.",
)
@click.option(
    "--output", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write it there, and print the result."
)
@exit_with_code
def command(old: Path, new: Path, fail_on: str, output: str, file: Path | None) -> ExitCode:
    """Say what changed from the run OLD to the run NEW: each a report.json, or the directory that holds one.

    A regression is what fails now and did not before, and what was judged before and is not any more: a
    case that vanished is no pass. Generated examples, which are named only while they fail, may vanish;
    their requirements may not. Exit code 1 on a regression, 3 if nothing can be said since the new run
    ended early or the runs have nothing in common, 0 otherwise; `--fail-on change` makes it 1 on any
    change of an outcome, status or code, `--fail-on never` makes it 0 whatever is found.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.comparing import show_comparison

    return show_comparison(old, new, fail_on, output, file)
