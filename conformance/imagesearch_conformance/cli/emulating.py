"""Starts the emulator and says where it is."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.core import Emulator
from imagesearch_conformance.emulator.faults import contract_faults
from imagesearch_conformance.emulator.server import open_server_socket, serve_forever
from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.emulator.target import build_target, format_profile
from imagesearch_conformance.errors import InvalidInput


def serve_emulator(
    settings: EmulatorSettings, address: tuple[str, int], contract: Contract, profile_path: Path | None
) -> ExitCode:
    """Serves until interrupted."""
    emulator = Emulator(contract, settings)
    with open_server_socket(*address) as (listening, endpoint):
        described = build_target(contract, endpoint, settings)
        if profile_path is not None:
            _write_profile(profile_path, format_profile(described))
        key = described.credentials.access_key_id if described.credentials else "none"
        click.echo(f"serving {endpoint}, instance {described.instance.name}, key {key}; Ctrl-C ends it")
        serve_forever(emulator, listening)
    return ExitCode.CONFORMANT


def print_faults(contract: Contract) -> None:
    """Prints every named defect of a contract, and below it the requirements that it breaks."""
    faults = contract_faults(contract)
    width = max(map(len, faults))
    for name, fault in faults.items():
        click.echo(f"{name:{width}}  {fault.description}")
        click.echo(f"{'':{width}}  breaks {' '.join(fault.violates)}")


def _write_profile(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise InvalidInput(f"the profile cannot be written: {problem}", str(path)) from None
    click.echo(f"wrote {path}")
