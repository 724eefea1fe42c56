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

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.canonical import as_json
from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.writing import prepare
from imagesearch_conformance.runner.worth import shipped, store
from imagesearch_conformance.selfcheck.checking import Selfcheck
from imagesearch_conformance.selfcheck.document import Result, document
from imagesearch_conformance.selfcheck.summary import sentences, summary, surprises
from imagesearch_conformance.selfcheck.trial import Trial

#: Where self-checks without --reports write.
_REPORTS = Path("reports")


def check(
    chosen: Selfcheck, processes: int, reports: Path | None, *, write_order: bool, for_people: bool, quiet: bool
) -> Exit:
    """Tries everything, writes the results, says what is wrong; raises BadInput."""
    if write_order and not chosen.orders:
        raise BadInput(
            "an order can be made of a whole self-check in process only", "--write-order", "leave out the other options"
        )
    directory = reports or _REPORTS / f"selfcheck-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    prepare(directory)
    begun = time.perf_counter()
    trials = list(_heard(chosen, processes, told=for_people and not quiet))
    matrix = chosen.matrix(trials)
    used = chosen.worth(matrix) if write_order else shipped()
    if write_order:
        click.echo(f"wrote {store(used)}", err=True)
    budgeted = tuple(one for one in trials if one.budget is not None)
    result = Result(
        version(DISTRIBUTION), matrix, budgeted, used, chosen.made_from, time.perf_counter() - begun, processes,
        chosen.http,
    )  # fmt: skip
    _finish(document(result), directory, for_people=for_people)
    return Exit.CONFORMANT if result.sound else Exit.NONCONFORMANT


def _heard(chosen: Selfcheck, processes: int, *, told: bool) -> Iterator[Trial]:
    """The trials, each told when it is over."""
    console = Console(stderr=True)
    made = chosen.trials(processes)
    shown = track(
        made, "trying", len(chosen.attempts), console=console, transient=True, disable=not sys.stderr.isatty()
    )
    width = max(len(one.name) for one in chosen.subjects)
    for trial in shown:
        if told and trial.budget is None:
            click.echo(f"{trial.subject.name:{width}}  {_came_out(trial)}")
        yield trial


def _came_out(trial: Trial) -> str:
    if trial.subject.conforming:
        flagged = ", ".join(sorted(trial.tripped | trial.untold)) or trial.trouble or trial.verdict.value
        return f"flagged   {flagged}" if trial.flagged else "certified"
    if not trial.killed:
        return f"SURVIVED  {trial.trouble or trial.verdict.value}"
    by = "the whole run" if trial.first is None else trial.first.case
    return f"killed    by {by} after {trial.requests_until_killed} requests: {', '.join(sorted(trial.tripped))}"


def _finish(made: dict[str, Any], directory: Path, *, for_people: bool) -> None:
    written = _written(made, directory)
    if not for_people:
        click.echo(as_json(made), nl=False)
        return
    for one in made["faults"]:
        if one["outcome"] == "survived":
            click.echo(f"survived: {one['name']} ({one['document']})")
    for one in made["conforming"]:
        if one["outcome"] == "flagged":
            click.echo(f"flagged: {one['name']} ({one['document']})")
    for line in surprises(made):
        click.echo(f"trips other requirements than its row says: {line}")
    for one in made["requirements"]["untripped"]:
        click.echo(f"no fault trips: {one['id']} ({one['level']})")
    for line in sentences(made):
        click.echo(line)
    click.echo(f"results: {', '.join(map(str, written))}")
    click.echo(
        f"{'sound' if made['sound'] else 'not sound'}; {made['durationSeconds']} s in {made['processes']} processes"
    )


def _written(made: dict[str, Any], directory: Path) -> tuple[Path, ...]:
    texts = {"selfcheck.json": as_json(made), "selfcheck.md": summary(made)}
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")
    return tuple(directory / name for name in texts)
