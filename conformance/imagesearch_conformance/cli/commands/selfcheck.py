"""`selfcheck`: mutation-test the suite."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import document_option, format_option, spec_option

if TYPE_CHECKING:
    from imagesearch_conformance.selfcheck.selfcheck import Selfcheck
    from imagesearch_conformance.selfcheck.trial import Trial

#: Self-checks without --reports write below this directory.
_DEFAULT_DIRECTORY = Path("reports")


@click.command("selfcheck")
@click.option(
    "--fault", "names", multiple=True, metavar="GLOB", help="Try only these faults and variations (repeatable)."
)
@document_option
@spec_option
@click.option("--http", is_flag=True, help="Run against real servers in real time instead of in process.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    metavar="N",
    help="Run N processes; by default one per core.",
)
@click.option(
    "--budget", "budgets", type=click.IntRange(min=1), multiple=True, metavar="N",
    help="Also report which faults the first N requests detect (repeatable).",
)  # fmt: skip
@click.option(
    "--write-order", is_flag=True, help="Save the order of cases that detects faults with the fewest requests."
)
@click.option("--reports", type=click.Path(path_type=Path), metavar="DIR", help="Write the results to this directory.")
@format_option
@click.option("--quiet", is_flag=True, help="Print only problems and totals.")
@exit_with_code
def command(  # noqa: PLR0913 one argument per option
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
    """Run the suite against the emulator with each of its faults, and against every conforming variation.

    Shows which requirement and case detects each fault and after how many requests, which faults
    survive, and which conforming endpoints are flagged. Exits with 1 if a fault survives, if a conforming
    endpoint is flagged, if a fault fails other requirements than those it violates, or if a MUST has no
    fault.
    """
    from imagesearch_conformance.selfcheck.selfcheck import Selfcheck

    selfcheck = Selfcheck.create(spec, document, names, budgets, http=http)
    return _run_selfcheck(selfcheck, jobs, reports, write_order=write_order, as_text=output != "json", quiet=quiet)


def _run_selfcheck(
    selfcheck: Selfcheck, processes: int, reports: Path | None, *, write_order: bool, as_text: bool, quiet: bool
) -> ExitCode:
    from importlib.metadata import version

    from imagesearch_conformance.errors import InvalidInput
    from imagesearch_conformance.reports.document import DISTRIBUTION
    from imagesearch_conformance.reports.write import create_directory
    from imagesearch_conformance.runner.case_priority import load_case_priority, save_case_priority
    from imagesearch_conformance.selfcheck.document import SelfcheckResult, build_selfcheck_document

    if write_order and not selfcheck.can_build_priority:
        raise InvalidInput(
            "an order needs a complete self-check in process", "--write-order", "leave out the other options"
        )
    directory = reports or _DEFAULT_DIRECTORY / f"selfcheck-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    create_directory(directory)
    started = time.perf_counter()
    trials = list(_run_trials(selfcheck, processes, verbose=as_text and not quiet))
    matrix = selfcheck.build_matrix(trials)
    priority = selfcheck.build_priority(matrix) if write_order else load_case_priority()
    if write_order:
        click.echo(f"wrote {save_case_priority(priority)}", err=True)
    result = SelfcheckResult(
        version=version(DISTRIBUTION),
        matrix=matrix,
        budget_trials=tuple(trial for trial in trials if trial.budget is not None),
        priority=priority,
        source_digest=selfcheck.source_digest,
        seconds=time.perf_counter() - started,
        processes=processes,
        http=selfcheck.http,
    )
    _show_results(build_selfcheck_document(result), directory, as_text=as_text)
    return ExitCode.CONFORMANT if result.has_passed else ExitCode.NONCONFORMANT


def _run_trials(selfcheck: Selfcheck, processes: int, *, verbose: bool) -> Iterator[Trial]:
    """Yield the trials as they end, with a progress bar and a line each."""
    from rich.console import Console
    from rich.progress import track

    trials = track(
        selfcheck.run_trials(processes),
        "running trials",
        len(selfcheck.trial_specs),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    width = max(len(variant.name) for variant in selfcheck.variants)
    for trial in trials:
        if verbose and trial.budget is None:
            click.echo(f"{trial.variant.name:{width}}  {_trial_text(trial)}")
        yield trial


def _trial_text(trial: Trial) -> str:
    requirements = ", ".join(sorted(trial.violated_requirements))
    if trial.variant.is_conforming:
        if not trial.is_false_alarm:
            return "certified"
        flagged = ", ".join(sorted(trial.violated_requirements | trial.undetermined))
        return f"flagged   {flagged or trial.stop_reason or trial.verdict.value}"
    if not trial.is_killed:
        return f"SURVIVED  {trial.stop_reason or trial.verdict.value}"
    detector = "the whole run" if trial.first_kill is None else trial.first_kill.case_id
    return f"killed    by {detector} after {trial.requests_until_kill} requests: {requirements}"


def _show_results(results: dict[str, Any], directory: Path, *, as_text: bool) -> None:
    from imagesearch_conformance.reports.serialization import render_json
    from imagesearch_conformance.selfcheck.summary import summary_lines, unexpected_kill_lines

    written = _write_results(results, directory)
    if not as_text:
        click.echo(render_json(results), nl=False)
        return
    for fault in results["faults"]:
        if fault["outcome"] == "survived":
            click.echo(f"survived: {fault['name']} ({fault['document']})")
    for variant in results["conforming"]:
        if variant["outcome"] == "flagged":
            click.echo(f"flagged: {variant['name']} ({variant['document']})")
    for line in unexpected_kill_lines(results):
        click.echo(f"violates other requirements than expected: {line}")
    for requirement in results["requirements"]["withoutFault"]:
        click.echo(f"no fault violates: {requirement['id']} ({requirement['level']})")
    for line in summary_lines(results):
        click.echo(line)
    click.echo(f"results: {', '.join(map(str, written))}")
    duration = f"{results['durationSeconds']} s in {results['processes']} processes"
    click.echo(f"{'passed' if results['passed'] else 'failed'}; {duration}")


def _write_results(results: dict[str, Any], directory: Path) -> tuple[Path, ...]:
    from imagesearch_conformance.reports.serialization import render_json
    from imagesearch_conformance.selfcheck.summary import render_summary

    texts = {"selfcheck.json": render_json(results), "selfcheck.md": render_summary(results)}
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")
    return tuple(directory / name for name in texts)
