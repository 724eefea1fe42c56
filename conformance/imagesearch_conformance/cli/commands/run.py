"""`run`: certify an endpoint."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import collect_options, format_option, run_options

if TYPE_CHECKING:
    from imagesearch_conformance.bootstrap import RunInputs
    from imagesearch_conformance.model.target import Target
    from imagesearch_conformance.runner.events import Event
    from imagesearch_conformance.settings.options import Options

#: Failing examples are kept here for the next run, as Hypothesis does.
_EXAMPLES_DIRECTORY = Path(".hypothesis") / "examples"


@click.command("run")
@click.argument("endpoint", required=False)
@run_options
@format_option
@click.pass_context
@exit_with_code
def command(context: click.Context, /, endpoint: str | None, output: str, **option_values: Any) -> ExitCode:
    """Certify ENDPOINT, such as http://127.0.0.1:8080.

    Without ENDPOINT and without a profile, start the embedded emulator and certify it. Reports are
    written to --reports, by default reports/<host>-<UTC time>/. Every option can also be set in the
    environment as IMAGESEARCH_CONFORMANCE_<OPTION> and in the [run] table of the profile.
    """
    # Heavy modules are imported in the functions of a command, so that --help and usage errors are fast.
    from imagesearch_conformance.bootstrap import open_target

    options = collect_options(context, option_values)
    with open_target(endpoint, options) as inputs:
        return _certify(inputs, output)


def _certify(inputs: RunInputs, output_format: str) -> ExitCode:
    from imagesearch_conformance.bootstrap import build_dispatcher
    from imagesearch_conformance.cli.run_and_report import run_and_report
    from imagesearch_conformance.runner.endpoint_run import EndpointRun

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
    """Return the command that replays a case of this run, without the case id."""
    paths = {"--profile": options.profile, "--spec": options.spec}
    words = [word for name, path in paths.items() if path is not None for word in (name, str(path))]
    return shlex.join(["imagesearch-conformance", "replay", *words, str(report_path)])


def _directory_name(target: Target) -> str:
    return "emulator" if target.is_emulator else urlsplit(target.endpoint).hostname or "unknown"
