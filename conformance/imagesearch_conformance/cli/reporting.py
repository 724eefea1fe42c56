"""What surrounds every run: progress, interrupts, reports, exit code."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from types import FrameType

import click

from imagesearch_conformance.cli.console import Console
from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.errors import BrokenSuite
from imagesearch_conformance.model.outcome import Verdict
from imagesearch_conformance.reports.canonical import as_lines
from imagesearch_conformance.reports.document import document
from imagesearch_conformance.reports.writing import prepare, write_reports
from imagesearch_conformance.runner.events import Event, Finished, Record
from imagesearch_conformance.settings.options import Options

#: Where runs without --reports write.
_REPORTS = Path("reports")

_EXITS = {
    Verdict.CONFORMANT: Exit.CONFORMANT,
    Verdict.NONCONFORMANT: Exit.NONCONFORMANT,
    Verdict.INCONCLUSIVE: Exit.INCONCLUSIVE,
}

#: Makes the events of a run, given what says whether it is to end early.
Make = Callable[[Callable[[], bool]], Iterable[Event]]


def reported(options: Options, output: str, name: str, make: Make, again: Callable[[Path], str]) -> Exit:
    """Makes a run, writes its reports, and gives the exit code.

    `name` begins the default directory; `again` is the command that makes cases once more, given the report.
    """
    for_people = output != "json"
    console = Console(quiet=options.quiet or not for_people, verbose=options.verbose and for_people)
    prepare(options.reports or _REPORTS)
    with interruptible() as interrupted:
        record = _heard(console, make(interrupted))
        made = document(record)
        directory = options.reports or _REPORTS / f"{name}-{record.started_at:%Y%m%dT%H%M%SZ}"
        # Still inside: whoever interrupts now would be left with half a file.
        written = write_reports(made, directory)
    if for_people:
        console.finished(made, written, again(written[0]))
    else:
        click.echo(as_lines(made), nl=False)
    return Exit.INTERRUPTED if interrupted() else _EXITS[record.verdict]


def _heard(console: Console, events: Iterable[Event]) -> Record:
    with console:
        for event in events:
            console.heard(event)
            if isinstance(event, Finished):
                return event.record
    raise BrokenSuite("a run ended without a record")


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
