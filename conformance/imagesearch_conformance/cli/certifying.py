"""Makes a run against an endpoint."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.cli.opening import Opened, dispatcher_of
from imagesearch_conformance.cli.reporting import reported
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.events import Event
from imagesearch_conformance.runner.running import Run
from imagesearch_conformance.settings.options import Options

#: Where failing examples are kept for the next run: Hypothesis's own convention.
_EXAMPLES = Path(".hypothesis") / "examples"


def certify(opening: Opened, output: str) -> Exit:
    """Runs, reports, and gives the exit code."""
    options = opening.options

    def events(interrupted: Callable[[], bool]) -> Iterator[Event]:
        dispatcher = dispatcher_of(opening)
        try:
            yield from Run(
                opening.contract, opening.target, options, dispatcher, interrupted, _EXAMPLES,
                deviations=opening.deviations,
            ).events()  # fmt: skip
        finally:
            dispatcher.sender.close()

    return reported(options, output, _name(opening.target), events, lambda report: _replay(options, report))


def _replay(options: Options, report: Path) -> str:
    """The command that makes a case of this run again: with the keys and the contract of this run."""
    named = {"--profile": options.profile, "--spec": options.spec}
    given = [word for name, path in named.items() if path is not None for word in (name, str(path))]
    return shlex.join(["imagesearch-conformance", "replay", *given, str(report)])


def _name(target: Target) -> str:
    """What was asked, in the name of a directory."""
    return "emulator" if target.embedded else urlsplit(target.endpoint).hostname or "unknown"
