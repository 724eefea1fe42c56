"""Says what became of a verification, and signs certificates."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.contract import load
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.certificate import CERTIFICATE, EVIDENCE
from imagesearch_conformance.reports.reading import bytes_of, certificate_of, report_of
from imagesearch_conformance.reports.wording import told
from imagesearch_conformance.verifying.difference import Findings
from imagesearch_conformance.verifying.files import of_statement
from imagesearch_conformance.verifying.keys import SIGNATURE, signed
from imagesearch_conformance.verifying.verification import verify

#: The most lines of one kind that are shown.
_SHOWN = 50


def verified(directory: Path, spec: Path | None, public_key: Path | None) -> Exit:
    """Verifies, says what was found, and gives the exit code."""
    verification = verify(directory, spec, public_key)
    found = verification.findings
    _listed("note", found.notes)
    _listed("not judged again", found.untold)
    _listed("differs", found.differences)
    code = _exit(found)
    click.echo(f"{_WORDS[code]}: {told(str(directory))} says {verification.statement['verdict']}")
    return code


_WORDS = {
    Exit.CONFORMANT: "verified",
    Exit.NONCONFORMANT: "not verified, something differs",
    Exit.INCONCLUSIVE: "not verified, not everything can be judged again",
}


def _exit(found: Findings) -> Exit:
    if found.differences:
        return Exit.NONCONFORMANT
    return Exit.INCONCLUSIVE if found.untold else Exit.CONFORMANT


def _listed(kind: str, found: tuple[object, ...]) -> None:
    for one in found[:_SHOWN]:
        click.echo(f"{kind}: {told(str(one))}")
    if len(found) > _SHOWN:
        click.echo(f"{kind}: and {len(found) - _SHOWN} more")


def sign(directory: Path, key: Path) -> Exit:
    """Signs the certificate in a directory, where it fits the report beside it."""
    contract, path = load(), directory / CERTIFICATE
    statement, evidence = bytes_of(path, "certificate"), bytes_of(directory / EVIDENCE, "report")
    said = certificate_of(statement, contract, str(path))
    document = report_of(evidence, contract, str(directory / EVIDENCE))
    if differences := tuple(of_statement(said, document, evidence)):
        _listed("differs", differences)
        click.echo("not signed")
        return Exit.NONCONFORMANT
    _write(directory / SIGNATURE, signed(statement, key))
    click.echo(f"signed: {told(str(directory / SIGNATURE))}")
    return Exit.CONFORMANT


def _write(path: Path, written: bytes) -> None:
    try:
        path.write_bytes(written)
    except OSError as problem:
        raise BadInput(f"the signature cannot be written: {problem}", str(path)) from None
