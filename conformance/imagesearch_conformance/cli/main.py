"""The entry point: finds a command by name and imports only its module."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Mapping
from typing import Any

import click

#: Command -> one line of help, shown without importing the command's module, which has the same name.
_COMMANDS: Mapping[str, str] = {
    "run": "Certify an endpoint; without one, the embedded emulator.",
    "plan": "Show what a run would send and how long it would take.",
    "emulate": "Serve the reference emulator.",
    "client": "Test a client: check the requests it sends and the results it returns.",
    "judge": "Check recorded traffic (HAR) offline.",
    "explain": "Explain a requirement, a case, an error code or an interpretation.",
    "requirements": "List the requirements.",
    "replay": "Send one case of an earlier run again.",
    "report": "Convert report.json to HTML, JUnit, SARIF, ...",
    "compare": "Show what changed between two runs and whether it is a regression.",
    "matrix": "Compare implementations: a table of requirements by reports.",
    "verify": "Check a certificate against its evidence, which is judged again.",
    "sign": "Sign the certificate of a run.",
    "selfcheck": "Mutation-test the suite against emulators with known faults.",
}

#: Most objects that a command creates live until it ends: more frequent collections cost a twelfth of a run.
_GC_THRESHOLD = 100_000

#: `ExitCode.INTERRUPTED`, without importing `exit_codes` at start-up.
_INTERRUPTED_EXIT_CODE = 130


class _LazyGroup(click.Group):
    """A group that imports a command when it is used, to keep start-up fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 click's signature
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"imagesearch_conformance.cli.commands.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # Ctrl-C while the command is being imported; afterwards the command handles it.
            ctx.exit(_INTERRUPTED_EXIT_CODE)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="imagesearch-conformance")
def main() -> None:
    """Check SearchImageByName endpoints and clients against the vendor's documentation.

    Exit codes: 0 conformant, 1 nonconformant, 2 wrong usage, 3 inconclusive, 130 interrupted.
    """
    if gc.get_threshold()[0] < _GC_THRESHOLD:
        gc.set_threshold(_GC_THRESHOLD, 50, 50)
