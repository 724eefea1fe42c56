"""`sign`: signs the certificate of a run."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("sign")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", required=True, help="A private key of Ed25519 (PEM)."
)
@exit_with_code
def command(directory: Path, key: Path) -> ExitCode:
    """Sign the certificate in DIR with a private key of Ed25519, in PEM (PKCS 8) and not encrypted.

    The signature stands in certificate.sig beside it. A certificate that does not fit its report is
    not signed; that the report says what its evidence says is what `verify` tells.
    """
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.cli.verifying import sign_certificate

    return sign_certificate(directory, key)
