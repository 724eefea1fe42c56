"""`emulate`: serve the reference emulator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import document_option, spec_option

if TYPE_CHECKING:
    from imagesearch_conformance.contract import Contract
    from imagesearch_conformance.emulator.settings import EmulatorSettings


@click.command("emulate")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Port; 0 chooses a free one."
)
@click.option(
    "--qps",
    type=click.FloatRange(min=0, min_open=True),
    default=100.0,
    show_default=True,
    help="Rate limit of each instance, in requests per second.",
)
@click.option(
    "--signature",
    type=click.Choice(["required", "optional"]),
    default="required",
    show_default=True,
    help="Reject unsigned requests, or accept them.",
)
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Serve with this fault (repeatable).")
@click.option("--list-faults", is_flag=True, help="List the faults and exit.")
@click.option(
    "--write-profile", type=click.Path(path_type=Path), metavar="FILE", help="Write a matching target profile."
)
@spec_option
@document_option
@exit_with_code
def command(  # noqa: PLR0913 one argument per option
    *,
    host: str,
    port: int,
    qps: float,
    signature: str,
    faults: tuple[str, ...],
    write_profile: Path | None,
    spec: Path | None,
    document: str | None,
    list_faults: bool,
) -> ExitCode:
    """Serve the reference emulator until Ctrl-C.

    It holds made-up data and listens on the loopback address unless --host says otherwise. With
    --write-profile FILE, `run --profile FILE` certifies it with every capability.
    """
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.emulator.settings import EmulatorSettings

    contract = load(spec, document)
    if list_faults:
        _print_faults(contract)
        return ExitCode.CONFORMANT
    settings = EmulatorSettings(qps=qps, signature="optional" if signature == "optional" else "required", faults=faults)
    return _serve(contract, settings, (host, port), write_profile)


def _serve(
    contract: Contract, settings: EmulatorSettings, address: tuple[str, int], profile_path: Path | None
) -> ExitCode:
    from imagesearch_conformance.emulator.core import Emulator
    from imagesearch_conformance.emulator.server import open_server_socket, serve_forever
    from imagesearch_conformance.emulator.target import build_target, format_profile

    emulator = Emulator(contract, settings)
    with open_server_socket(*address) as (server_socket, endpoint):
        target = build_target(contract, endpoint, settings)
        if profile_path is not None:
            _write_profile(profile_path, format_profile(target))
        key_id = target.credentials.access_key_id if target.credentials else "none"
        click.echo(f"serving {endpoint}, instance {target.instance.name}, key {key_id}; press Ctrl-C to stop")
        serve_forever(emulator, server_socket)
    return ExitCode.CONFORMANT


def _print_faults(contract: Contract) -> None:
    """Print every fault of a contract, and below it the requirements that it violates."""
    from imagesearch_conformance.emulator.faults import contract_faults

    faults = contract_faults(contract)
    width = max(map(len, faults))
    for name, fault in faults.items():
        click.echo(f"{name:{width}}  {fault.description}")
        click.echo(f"{'':{width}}  violates {' '.join(fault.violates)}")


def _write_profile(path: Path, text: str) -> None:
    from imagesearch_conformance.errors import InvalidInput

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise InvalidInput(f"cannot write the profile: {problem}", str(path)) from None
    click.echo(f"wrote {path}")
