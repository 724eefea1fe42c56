"""Makes a run against an endpoint."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from imagesearch_conformance.bootstrap import RunInputs, build_dispatcher
from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.cli.run_and_report import run_and_report
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.runner.events import Event
from imagesearch_conformance.settings.options import Options

#: Where failing examples are kept for the next run: Hypothesis's own convention.
_EXAMPLES_DIRECTORY = Path(".hypothesis") / "examples"


def certify(inputs: RunInputs, output_format: str) -> ExitCode:
    """Runs, reports, and gives the exit code."""
    options = inputs.options

    def events(is_interrupted: Callable[[], bool]) -> Iterator[Event]:
        dispatcher = build_dispatcher(inputs)
        try:
            yield from EndpointRun(
                inputs.contract, inputs.target, options, dispatcher, is_interrupted, _EXAMPLES_DIRECTORY,
                deviations=inputs.deviations,
            ).events()  # fmt: skip
        finally:
            dispatcher.sender.close()

    return run_and_report(
        options, output_format, _directory_name(inputs.target), events, lambda report: _replay_command(options, report)
    )


def _replay_command(options: Options, report_path: Path) -> str:
    """The command that makes a case of this run again: with the keys and the contract of this run."""
    named = {"--profile": options.profile, "--spec": options.spec}
    given = [word for name, path in named.items() if path is not None for word in (name, str(path))]
    return shlex.join(["imagesearch-conformance", "replay", *given, str(report_path)])


def _directory_name(target: Target) -> str:
    """What was asked, in the name of a directory."""
    return "emulator" if target.is_emulator else urlsplit(target.endpoint).hostname or "unknown"
