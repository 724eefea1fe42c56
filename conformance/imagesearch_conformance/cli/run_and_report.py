"""The frame of every run: progress, interrupts, reports, exit code."""

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

#: Runs without --reports write below this directory.
_DEFAULT_DIRECTORY = Path("reports")

_EXIT_CODES = {
    Verdict.CONFORMANT: ExitCode.CONFORMANT,
    Verdict.NONCONFORMANT: ExitCode.NONCONFORMANT,
    Verdict.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}

#: Starts a run and yields its events; the argument tells whether the run was interrupted.
RunStarter = Callable[[Callable[[], bool]], Iterable[Event]]


def run_and_report(
    options: Options,
    output_format: str,
    directory_prefix: str,
    start_run: RunStarter,
    replay_command: Callable[[Path], str],
) -> ExitCode:
    """Execute a run, write its reports, and return the exit code.

    `directory_prefix` begins the name of the default directory. `replay_command` returns, for the path of
    the report, the command that replays a case.
    """
    as_text = output_format != "json"
    console = Console(quiet=options.quiet or not as_text, verbose=options.verbose and as_text)
    create_directory(options.reports or _DEFAULT_DIRECTORY)
    with handle_interrupts() as is_interrupted:
        record = _consume_events(console, start_run(is_interrupted))
        report = build_report(record)
        directory = options.reports or _DEFAULT_DIRECTORY / f"{directory_prefix}-{record.started_at:%Y%m%dT%H%M%SZ}"
        # Inside the block: an interrupt must not leave half a file.
        written = write_reports(report, directory)
    if as_text:
        console.show_results(report, written, replay_command(written[0]))
    else:
        click.echo(render_report_json(report), nl=False)
    return ExitCode.INTERRUPTED if is_interrupted() else _EXIT_CODES[record.verdict]


def _consume_events(console: Console, events: Iterable[Event]) -> RunRecord:
    with console:
        for event in events:
            console.handle(event)
            if isinstance(event, RunFinished):
                return event.record
    raise InternalError("a run ended without a record")


@contextmanager
def handle_interrupts() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C end the run early, so that its results are reported; the second one kills the process.

    Yields the function that tells whether Ctrl-C was pressed.
    """
    flag = Flag()

    def handle_signal(_: int, __: FrameType | None) -> None:
        flag.set()
        signal.signal(signal.SIGINT, previous_handler)

    previous_handler = signal.signal(signal.SIGINT, handle_signal)
    try:
        yield flag.is_set
    finally:
        signal.signal(signal.SIGINT, previous_handler)
