"""`sign`: sign the certificate of a run."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.commands.verify import print_entries
from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("sign")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", required=True, help="Ed25519 private key (PEM)."
)
@exit_with_code
def command(directory: Path, key: Path) -> ExitCode:
    """Sign the certificate in DIR with an Ed25519 private key, in PEM (PKCS 8) and not encrypted.

    Writes the signature to certificate.sig beside it. A certificate that does not match its report is
    not signed; whether the report matches its evidence is checked by `verify`.
    """
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.reports.certificate import CERTIFICATE_FILE, REPORT_FILE
    from imagesearch_conformance.reports.load import parse_certificate, parse_report, read_file
    from imagesearch_conformance.reports.text import clip_text
    from imagesearch_conformance.verification.ed25519 import SIGNATURE_FILE, create_signature
    from imagesearch_conformance.verification.verify import compare_certificate

    contract, path = load(), directory / CERTIFICATE_FILE
    content, evidence = read_file(path, "certificate"), read_file(directory / REPORT_FILE, "report")
    certificate = parse_certificate(content, contract, str(path))
    report = parse_report(evidence, contract, str(directory / REPORT_FILE))
    if differences := tuple(compare_certificate(certificate, report, evidence)):
        print_entries("differs", differences)
        click.echo("not signed")
        return ExitCode.NONCONFORMANT
    _write_signature(directory / SIGNATURE_FILE, create_signature(content, key))
    click.echo(f"signed: {clip_text(str(directory / SIGNATURE_FILE))}")
    return ExitCode.CONFORMANT


def _write_signature(path: Path, signature: bytes) -> None:
    from imagesearch_conformance.errors import InvalidInput

    try:
        path.write_bytes(signature)
    except OSError as problem:
        raise InvalidInput(f"cannot write the signature: {problem}", str(path)) from None
