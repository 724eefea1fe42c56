"""Makes a run with everything around it: progress, interrupts, reports, exit code."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from types import FrameType
from urllib.parse import urlsplit

import click

from imagesearch_conformance.cli.console import Console
from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.cli.opening import Opened, dispatcher_of
from imagesearch_conformance.errors import BrokenSuite
from imagesearch_conformance.model.outcome import Verdict
from imagesearch_conformance.reports.canonical import as_json
from imagesearch_conformance.reports.document import document
from imagesearch_conformance.reports.writing import prepare, write_reports
from imagesearch_conformance.runner.events import Finished, Record
from imagesearch_conformance.runner.running import Run
from imagesearch_conformance.settings.options import Options

#: Where runs without --reports write.
_REPORTS = Path("reports")

#: Where failing examples are kept for the next run: Hypothesis's own convention.
_EXAMPLES = Path(".hypothesis") / "examples"

_EXITS = {
    Verdict.CONFORMANT: Exit.CONFORMANT,
    Verdict.NONCONFORMANT: Exit.NONCONFORMANT,
    Verdict.INCONCLUSIVE: Exit.INCONCLUSIVE,
}


def certify(opening: Opened, output: str) -> Exit:
    """Runs, reports, and gives the exit code."""
    options = opening.options
    for_people = output != "json"
    console = Console(quiet=options.quiet or not for_people, verbose=options.verbose and for_people)
    prepare(options.reports or _REPORTS)
    with interruptible() as interrupted:
        record = _made(opening, console, interrupted)
    made = document(record)
    directory = options.reports or _REPORTS / _name(record)
    written = write_reports(made, directory)
    if for_people:
        console.finished(made, written, _replay(options, written[0]))
    else:
        click.echo(as_json(made), nl=False)
    return Exit.INTERRUPTED if interrupted() else _EXITS[record.verdict]


def _replay(options: Options, report: Path) -> str:
    """The command that makes a case of this run again: with the keys and the contract of this run."""
    named = {"--profile": options.profile, "--spec": options.spec}
    given = [word for name, path in named.items() if path is not None for word in (name, str(path))]
    return shlex.join(["imagesearch-conformance", "replay", *given, str(report)])


def _made(opening: Opened, console: Console, interrupted: Callable[[], bool]) -> Record:
    dispatcher = dispatcher_of(opening)
    try:
        with console:
            run = Run(
                opening.contract, opening.target, opening.options, dispatcher, interrupted, _EXAMPLES,
                deviations=opening.deviations,
            )  # fmt: skip
            for event in run.events():
                console.heard(event)
                if isinstance(event, Finished):
                    return event.record
    finally:
        dispatcher.sender.close()
    raise BrokenSuite("a run ended without a record")


def _name(record: Record) -> str:
    """The default directory of a run: what was asked and when."""
    host = urlsplit(record.target.endpoint).hostname or "unknown"
    name = "emulator" if record.target.embedded else host
    return f"{name}-{record.started_at:%Y%m%dT%H%M%SZ}"


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turns Ctrl-C into a question the run asks, so that what was judged is still reported; a second one kills."""
    flag = Flag()

    def note(_: int, __: FrameType | None) -> None:
        flag.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield flag.is_set
    finally:
        signal.signal(signal.SIGINT, before)
