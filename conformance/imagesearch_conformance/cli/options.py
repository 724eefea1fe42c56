"""The command-line options, each defined once for every command that takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from imagesearch_conformance.settings.options import OPTION_NAMES, Options, Origin

F = TypeVar("F", bound=Callable[..., Any])

_VARIABLE_PREFIX = "IMAGESEARCH_CONFORMANCE_"

_ORIGINS = {ParameterSource.COMMANDLINE: Origin.COMMAND_LINE, ParameterSource.ENVIRONMENT: Origin.ENVIRONMENT}

_POSITIVE = click.FloatRange(min=0, min_open=True)

#: This many examples cost about a second and a twentieth of the requests of a run.
DEFAULT_EXAMPLES = 25

#: `--spec` and `--document` of the commands that are no runs.
spec_option = click.option("--spec", type=click.Path(path_type=Path), metavar="DIR", help="Use another contract.")
document_option = click.option(
    "--document", metavar="REVISION", help="Follow this revision of the documentation, such as 2026-06."
)

#: `--format` of the commands that print a report.
format_option = click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of standard output.",
)

subject_option = click.option(
    "--subject",
    type=click.Choice(["endpoint", "client"]),
    default="endpoint",
    show_default=True,
    help="Side to use: the endpoint that responds, or the client that sends the requests.",
)

_OPTIONS: Mapping[str, Callable[[Any], Any]] = {
    "profile": click.option(
        "--profile", type=click.Path(path_type=Path), metavar="FILE", help="Target profile (TOML)."
    ),
    "reports": click.option(
        "--reports", type=click.Path(path_type=Path), metavar="DIR", help="Write the reports to this directory."
    ),
    "level": click.option(
        "--level", type=click.Choice(["must", "should"]), help="Fail on violations at this level or above."
    ),
    "strict": click.option(
        "--strict", is_flag=True, default=None, help="Accept documented outcomes only, no tolerated ones."
    ),
    "select": click.option(
        "--select",
        multiple=True,
        metavar="ID_OR_GLOB",
        help="Run only these requirements, cases or areas (repeatable).",
    ),
    "deselect": click.option(
        "--deselect", multiple=True, metavar="ID_OR_GLOB", help="Skip these requirements, cases or areas (repeatable)."
    ),
    "examples": click.option(
        "--examples",
        type=click.IntRange(min=0),
        default=DEFAULT_EXAMPLES,
        metavar="N",
        show_default=True,
        help="Send N generated requests in addition to the cases; 0 for none.",
    ),
    "budget": click.option(
        "--budget",
        type=click.IntRange(min=1),
        metavar="N",
        help="Send at most N requests, most fault-revealing cases first.",
    ),
    "qps": click.option("--qps", type=_POSITIVE, metavar="RATE", help="Send at most RATE requests per second."),
    "jobs": click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Run N cases at the same time."),
    "timeout": click.option(
        "--timeout", type=_POSITIVE, metavar="SECONDS", help="Time limit of a whole exchange, not only of the socket."
    ),
    "seed": click.option(
        "--seed", type=click.IntRange(min=0), metavar="N", help="Seed of generated requests and made-up names."
    ),
    "spec": spec_option,
    "document": document_option,
    "deviations": click.option(
        "--deviations",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Known deviations to accept, each with a reason, a link and an expiry date (TOML).",
    ),
    "quiet": click.option("--quiet", is_flag=True, default=None, help="Print only the verdict."),
    "verbose": click.option("--verbose", is_flag=True, default=None, help="Print every case."),
    "fail_fast": click.option("--fail-fast", is_flag=True, default=None, help="Stop at the first failure."),
}


#: The options of `run` that make sense for a client.
_CLIENT_OPTIONS = (
    "reports", "level", "strict", "select", "deselect", "timeout", "spec", "document", "deviations", "quiet",
    "verbose", "fail_fast",
)  # fmt: skip

#: The options of `run` that make sense for recorded traffic.
_RECORDING_OPTIONS = (
    "profile", "reports", "level", "strict", "select", "deselect", "spec", "document", "deviations", "quiet", "verbose",
)  # fmt: skip

#: In seconds; the official SDKs wait ten seconds for a response themselves.
_DEFAULT_CLIENT_TIMEOUT = 15.0

_CLIENT_TIMEOUT_OPTION = click.option(
    "--timeout",
    type=_POSITIVE,
    default=_DEFAULT_CLIENT_TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="Time limit for each answer of the client.",
)


def run_options(command: F) -> F:
    """Add every option of `run`; each may also be set in the environment."""
    return _add_options(command, _OPTIONS)


def client_options(command: F) -> F:
    """Add the options of `client`."""
    return _add_options(
        command, {name: _OPTIONS[name] for name in _CLIENT_OPTIONS} | {"timeout": _CLIENT_TIMEOUT_OPTION}
    )


def recording_options(command: F) -> F:
    """Add the options of `judge`."""
    return _add_options(command, {name: _OPTIONS[name] for name in _RECORDING_OPTIONS})


def _add_options(command: F, options: Mapping[str, Callable[[Any], Any]]) -> F:
    for option in reversed(tuple(options.values())):
        command = option(command)
    for parameter in getattr(command, "__click_params__", []):
        if parameter.name in OPTION_NAMES:
            parameter.envvar = _VARIABLE_PREFIX + parameter.name.upper()
            parameter.show_envvar = False
    return command


def collect_options(context: click.Context, values: dict[str, Any]) -> Options:
    """Return the options with their origins; raises InvalidInput if they contradict each other."""
    given = {name: value for name, value in values.items() if value is not None and value != ()}
    origins = {name: _option_origin(context, name) for name in given}
    return Options(**given, origins=origins).validate()


def _option_origin(context: click.Context, name: str) -> Origin:
    source = context.get_parameter_source(name)
    return _ORIGINS.get(source, Origin.DEFAULT) if source else Origin.DEFAULT
