"""The options of a run, defined once for every command that takes them."""

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

#: So many examples cost about a second, and a twentieth of the requests of a whole run.
DEFAULT_EXAMPLES = 25

_OPTIONS: Mapping[str, Callable[[Any], Any]] = {
    "profile": click.option("--profile", type=click.Path(path_type=Path), help="Target profile (TOML)."),
    "reports": click.option("--reports", type=click.Path(path_type=Path), help="Directory for the reports."),
    "level": click.option(
        "--level", type=click.Choice(["must", "should"]), help="Lowest level whose violation decides."
    ),
    "strict": click.option("--strict", is_flag=True, default=None, help="Accept documented outcomes only."),
    "select": click.option(
        "--select", multiple=True, metavar="ID_OR_GLOB", help="Requirements, cases or areas to make (repeatable)."
    ),
    "deselect": click.option(
        "--deselect", multiple=True, metavar="ID_OR_GLOB", help="Requirements, cases or areas to leave out."
    ),
    "examples": click.option(
        "--examples",
        type=click.IntRange(min=0),
        default=DEFAULT_EXAMPLES,
        metavar="N",
        show_default=True,
        help="Generate N requests at random, besides the cases; 0 for none.",
    ),
    "budget": click.option(
        "--budget", type=click.IntRange(min=1), metavar="N", help="Send at most N requests, the most telling first."
    ),
    "qps": click.option("--qps", type=_POSITIVE, help="Never send faster than this many requests a second."),
    "jobs": click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many cases are made at once."),
    "timeout": click.option("--timeout", type=_POSITIVE, metavar="SECONDS", help="Deadline of a whole exchange."),
    "seed": click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Varies the made-up values of cases."),
    "spec": click.option("--spec", type=click.Path(path_type=Path), metavar="DIR", help="Another contract directory."),
    "document": click.option("--document", metavar="REVISION", help="Revision of the page to follow, like 2026-06."),
    "deviations": click.option(
        "--deviations",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Departures that are known, each with a reason, a link and a last day (TOML).",
    ),
    "quiet": click.option("--quiet", is_flag=True, default=None, help="Print the verdict alone."),
    "verbose": click.option("--verbose", is_flag=True, default=None, help="Print every case."),
    "fail_fast": click.option("--fail-fast", is_flag=True, default=None, help="Stop at the first failure."),
}


#: The options of a run that mean something for a client: nothing else of it is asked or paced.
_CLIENT_OPTIONS = (
    "reports", "level", "strict", "select", "deselect", "timeout", "spec", "document", "deviations", "quiet",
    "verbose", "fail_fast",
)  # fmt: skip

#: Those that mean something for recorded traffic: nothing is sent.
_RECORDING_OPTIONS = (
    "profile", "reports", "level", "strict", "select", "deselect", "spec", "document", "deviations", "quiet", "verbose",
)  # fmt: skip

#: How long a client has for an answer, in seconds: the official SDKs wait ten for a reply themselves.
_DEFAULT_CLIENT_TIMEOUT = 15.0

_CLIENT_TIMEOUT_OPTION = click.option(
    "--timeout",
    type=_POSITIVE,
    default=_DEFAULT_CLIENT_TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="How long the client has for an answer.",
)


def run_options(command: F) -> F:
    """Adds every option of a run; each may also come from the environment."""
    return _add_options(command, _OPTIONS)


def client_options(command: F) -> F:
    """Adds the options of a run against a client."""
    return _add_options(
        command, {name: _OPTIONS[name] for name in _CLIENT_OPTIONS} | {"timeout": _CLIENT_TIMEOUT_OPTION}
    )


def recording_options(command: F) -> F:
    """Adds the options of a run that mean something for recorded traffic."""
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
    """The options as set, each with its origin; raises BadInput on a contradiction."""
    set_ones = {name: value for name, value in values.items() if value is not None and value != ()}
    origins = {name: _option_origin(context, name) for name in set_ones}
    return Options(**set_ones, origins=origins).validate()


def _option_origin(context: click.Context, name: str) -> Origin:
    source = context.get_parameter_source(name)
    return _ORIGINS.get(source, Origin.DEFAULT) if source else Origin.DEFAULT
