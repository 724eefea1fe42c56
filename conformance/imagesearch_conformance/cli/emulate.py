"""`emulate`: serves the reference emulator."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("emulate")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Port; 0 takes a free one."
)
@click.option(
    "--qps",
    type=click.FloatRange(min=0, min_open=True),
    default=100.0,
    show_default=True,
    help="Rate of each instance.",
)
@click.option(
    "--signature",
    type=click.Choice(["required", "optional"]),
    default="required",
    show_default=True,
    help="Whether requests have to be signed.",
)
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="A named defect to have (repeatable).")
@click.option("--list-faults", is_flag=True, help="List the named defects and stop.")
@click.option("--write-profile", type=click.Path(path_type=Path), metavar="FILE", help="Write a profile that fits.")
@click.option("--spec", type=click.Path(path_type=Path), metavar="DIR", help="Another contract directory.")
@click.option("--document", metavar="REVISION", help="Revision of the page, like 2026-06.")
@exit_with_code
def command(  # noqa: PLR0913 one parameter an option
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

    It listens on the loopback address only unless told otherwise, and holds made-up data. With
    --write-profile, `run --profile FILE` certifies it with every capability.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.emulating import print_faults, serve_emulator
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.emulator.settings import EmulatorSettings

    if list_faults:
        print_faults(load(spec, document))
        return ExitCode.CONFORMANT
    settings = EmulatorSettings(qps=qps, signature="optional" if signature == "optional" else "required", faults=faults)
    return serve_emulator(settings, (host, port), load(spec, document), write_profile)
