"""Starts the emulator and says where it is."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.core import Emulator
from imagesearch_conformance.emulator.faults import catalogue
from imagesearch_conformance.emulator.serving import listening_at, serve_forever
from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.emulator.target import profile_text, target
from imagesearch_conformance.errors import BadInput


def emulate(settings: EmulatorSettings, address: tuple[str, int], contract: Contract, profile: Path | None) -> Exit:
    """Serves until interrupted."""
    emulator = Emulator(contract, settings)
    with listening_at(*address) as (listening, endpoint):
        described = target(contract, endpoint, settings)
        if profile is not None:
            _write(profile, profile_text(described))
        key = described.credentials.access_key_id if described.credentials else "none"
        click.echo(f"serving {endpoint}, instance {described.instance.name}, key {key}; Ctrl-C ends it")
        serve_forever(emulator, listening)
    return Exit.CONFORMANT


def show_faults(contract: Contract) -> None:
    """Prints every named defect of a contract, and below it the requirements that it breaks."""
    faults = catalogue(contract)
    width = max(map(len, faults))
    for name, fault in faults.items():
        click.echo(f"{name:{width}}  {fault.description}")
        click.echo(f"{'':{width}}  breaks {' '.join(fault.breaks)}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise BadInput(f"the profile cannot be written: {problem}", str(path)) from None
    click.echo(f"wrote {path}")
