"""`verify`: checks a certificate against its evidence, and judges that again."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("verify")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--spec", type=click.Path(path_type=Path), metavar="DIR", help="The contract directory of the run.")
@click.option(
    "--public-key", type=click.Path(path_type=Path), metavar="FILE", help="Demand a signature by its owner (PEM)."
)
@exit_with_code
def command(directory: Path, spec: Path | None, public_key: Path | None) -> ExitCode:
    """Verify the certificate in DIR, the directory with the reports of a run; nothing is sent.

    Every digest has to fit, every file has to be what report.json makes of it, and every case, judged
    again by its stored exchanges, has to come out as the report says, up to the verdict.

    Exit codes: 0 verified, 1 something differs, 2 bad input, 3 it cannot be judged again.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.verifying import verify_certificate

    return verify_certificate(directory, spec, public_key)
