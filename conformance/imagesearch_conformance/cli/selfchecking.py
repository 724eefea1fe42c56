"""Makes a self-check and shows it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.serialization import render_json
from imagesearch_conformance.reports.write import create_directory
from imagesearch_conformance.runner.case_priority import load_case_priority, save_case_priority
from imagesearch_conformance.selfcheck.document import SelfcheckResult, build_selfcheck_document
from imagesearch_conformance.selfcheck.selfcheck import Selfcheck
from imagesearch_conformance.selfcheck.summary import render_summary, summary_lines, unexpected_kill_lines
from imagesearch_conformance.selfcheck.trial import Trial

#: Where self-checks without --reports write.
_DEFAULT_DIRECTORY = Path("reports")


def run_selfcheck(
    selfcheck: Selfcheck, processes: int, reports: Path | None, *, write_order: bool, for_people: bool, quiet: bool
) -> ExitCode:
    """Tries everything, writes the results, says what is wrong; raises BadInput."""
    if write_order and not selfcheck.can_build_priority:
        raise InvalidInput(
            "an order can be made of a whole self-check in process only", "--write-order", "leave out the other options"
        )
    directory = reports or _DEFAULT_DIRECTORY / f"selfcheck-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    create_directory(directory)
    begun = time.perf_counter()
    trials = list(_run_trials(selfcheck, processes, verbose=for_people and not quiet))
    matrix = selfcheck.build_matrix(trials)
    used = selfcheck.build_priority(matrix) if write_order else load_case_priority()
    if write_order:
        click.echo(f"wrote {save_case_priority(used)}", err=True)
    result = SelfcheckResult(
        version=version(DISTRIBUTION),
        matrix=matrix,
        budget_trials=tuple(trial for trial in trials if trial.budget is not None),
        priority=used,
        source_digest=selfcheck.source_digest,
        seconds=time.perf_counter() - begun,
        processes=processes,
        http=selfcheck.http,
    )
    _show_results(build_selfcheck_document(result), directory, for_people=for_people)
    return ExitCode.CONFORMANT if result.has_passed else ExitCode.NONCONFORMANT


def _run_trials(selfcheck: Selfcheck, processes: int, *, verbose: bool) -> Iterator[Trial]:
    """The trials, each told when it is over."""
    console = Console(stderr=True)
    made = selfcheck.run_trials(processes)
    shown = track(
        made, "trying", len(selfcheck.trial_specs), console=console, transient=True, disable=not sys.stderr.isatty()
    )
    width = max(len(one.name) for one in selfcheck.variants)
    for trial in shown:
        if verbose and trial.budget is None:
            click.echo(f"{trial.variant.name:{width}}  {_trial_text(trial)}")
        yield trial


def _trial_text(trial: Trial) -> str:
    if trial.variant.is_conforming:
        flagged = (
            ", ".join(sorted(trial.violated_requirements | trial.undetermined))
            or trial.stop_reason
            or trial.verdict.value
        )
        return f"flagged   {flagged}" if trial.is_false_alarm else "certified"
    if not trial.is_killed:
        return f"SURVIVED  {trial.stop_reason or trial.verdict.value}"
    by = "the whole run" if trial.first_kill is None else trial.first_kill.case_id
    return f"killed    by {by} after {trial.requests_until_kill} requests: {', '.join(sorted(trial.violated_requirements))}"


def _show_results(results: dict[str, Any], directory: Path, *, for_people: bool) -> None:
    written = _write_results(results, directory)
    if not for_people:
        click.echo(render_json(results), nl=False)
        return
    for one in results["faults"]:
        if one["outcome"] == "survived":
            click.echo(f"survived: {one['name']} ({one['document']})")
    for one in results["conforming"]:
        if one["outcome"] == "flagged":
            click.echo(f"flagged: {one['name']} ({one['document']})")
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
    texts = {"selfcheck.json": render_json(results), "selfcheck.md": render_summary(results)}
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")
    return tuple(directory / name for name in texts)
