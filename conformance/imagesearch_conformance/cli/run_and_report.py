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
from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.finding import Verdict
from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.serialization import render_report_json
from imagesearch_conformance.reports.write import create_directory, write_reports
from imagesearch_conformance.runner.events import Event, RunFinished, RunRecord
from imagesearch_conformance.settings.options import Options

#: Where runs without --reports write.
_DEFAULT_DIRECTORY = Path("reports")

_EXIT_CODES = {
    Verdict.CONFORMANT: ExitCode.CONFORMANT,
    Verdict.NONCONFORMANT: ExitCode.NONCONFORMANT,
    Verdict.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}

#: Makes the events of a run, given what says whether it is to end early.
RunStarter = Callable[[Callable[[], bool]], Iterable[Event]]


def run_and_report(
    options: Options,
    output_format: str,
    directory_prefix: str,
    start_run: RunStarter,
    replay_command: Callable[[Path], str],
) -> ExitCode:
    """Makes a run, writes its reports, and gives the exit code.

    `name` begins the default directory; `again` is the command that makes cases once more, given the report.
    """
    for_people = output_format != "json"
    console = Console(quiet=options.quiet or not for_people, verbose=options.verbose and for_people)
    create_directory(options.reports or _DEFAULT_DIRECTORY)
    with handle_interrupts() as interrupted:
        record = _consume_events(console, start_run(interrupted))
        made = build_report(record)
        directory = options.reports or _DEFAULT_DIRECTORY / f"{directory_prefix}-{record.started_at:%Y%m%dT%H%M%SZ}"
        # Still inside: whoever interrupts now would be left with half a file.
        written = write_reports(made, directory)
    if for_people:
        console.show_results(made, written, replay_command(written[0]))
    else:
        click.echo(render_report_json(made), nl=False)
    return ExitCode.INTERRUPTED if interrupted() else _EXIT_CODES[record.verdict]


def _consume_events(console: Console, events: Iterable[Event]) -> RunRecord:
    with console:
        for event in events:
            console.handle(event)
            if isinstance(event, RunFinished):
                return event.record
    raise InternalError("a run ended without a record")


@contextmanager
def handle_interrupts() -> Iterator[Callable[[], bool]]:
    """Turns Ctrl-C into a question the run asks, so that what was judged is still reported; a second one kills."""
    flag = Flag()

    def handle_signal(_: int, __: FrameType | None) -> None:
        flag.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, handle_signal)
    try:
        yield flag.is_set
    finally:
        signal.signal(signal.SIGINT, before)
