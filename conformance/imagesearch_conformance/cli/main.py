"""The entry point: finds a command by name and imports only that one."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Mapping
from typing import Any

import click

#: Name on the command line -> (module, one line of help shown without importing it).
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("run", "Certify an endpoint; without one, the embedded emulator."),
    "plan": ("plan", "Show what a run would send, and how long it would take."),
    "emulate": ("emulate", "Serve the reference emulator."),
    "client": ("client", "Gate a client: judge what it sends and what it hands back."),
    "judge": ("judge", "Judge recorded traffic (HAR), offline."),
    "explain": ("explain", "Explain a requirement, a case or an error code."),
    "requirements": ("requirements", "List the register of requirements."),
    "replay": ("replay", "Send one case of an earlier run again."),
    "report": ("report", "Make other formats of a report.json."),
    "compare": ("compare", "Say what changed between two runs, and whether that is a regression."),
    "matrix": ("matrix", "Show requirements x implementations, from the reports of several runs."),
    "verify": ("verify", "Check a certificate against its evidence, judged again."),
    "sign": ("sign", "Sign the certificate of a run."),
    "selfcheck": ("selfcheck", "Run the suite against every named fault: who tests the tests."),
}

#: Most values that a command makes live until it ends: looking for garbage among them takes a twelfth of a run.
_GC_THRESHOLD = 100_000

#: As in `exits`, which imports more than start-up should.
_INTERRUPTED_EXIT_CODE = 130


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for: start-up stays light."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 click's signature
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"imagesearch_conformance.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # While a command is still being imported; later it answers for itself.
            ctx.exit(_INTERRUPTED_EXIT_CODE)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="imagesearch-conformance")
def main() -> None:
    """Judge endpoints and clients of Image Search's SearchImageByName by the page that documents it.

    Exit codes: 0 conformant, 1 nonconformant, 2 wrong usage, 3 inconclusive, 130 interrupted.
    """
    if gc.get_threshold()[0] < _GC_THRESHOLD:
        gc.set_threshold(_GC_THRESHOLD, 50, 50)
