"""Says what became of a verification, and signs certificates."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.contract import load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.certificate import CERTIFICATE_FILE, REPORT_FILE
from imagesearch_conformance.reports.load import parse_certificate, parse_report, read_file
from imagesearch_conformance.reports.text import clip_text
from imagesearch_conformance.verification.difference import VerificationFindings
from imagesearch_conformance.verification.ed25519 import SIGNATURE_FILE, create_signature
from imagesearch_conformance.verification.verify import compare_certificate, verify

#: The most lines of one kind that are shown.
_MAX_LINES = 50


def verify_certificate(directory: Path, spec: Path | None, public_key: Path | None) -> ExitCode:
    """Verifies, says what was found, and gives the exit code."""
    verification = verify(directory, spec, public_key)
    found = verification.findings
    _print_entries("note", found.notes)
    _print_entries("not judged again", found.unverifiable)
    _print_entries("differs", found.differences)
    code = _exit_code(found)
    click.echo(f"{_RESULT_TEXTS[code]}: {clip_text(str(directory))} says {verification.certificate['verdict']}")
    return code


_RESULT_TEXTS = {
    ExitCode.CONFORMANT: "verified",
    ExitCode.NONCONFORMANT: "not verified, something differs",
    ExitCode.INCONCLUSIVE: "not verified, not everything can be judged again",
}


def _exit_code(findings: VerificationFindings) -> ExitCode:
    if findings.differences:
        return ExitCode.NONCONFORMANT
    return ExitCode.INCONCLUSIVE if findings.unverifiable else ExitCode.CONFORMANT


def _print_entries(label: str, entries: tuple[object, ...]) -> None:
    for one in entries[:_MAX_LINES]:
        click.echo(f"{label}: {clip_text(str(one))}")
    if len(entries) > _MAX_LINES:
        click.echo(f"{label}: and {len(entries) - _MAX_LINES} more")


def sign_certificate(directory: Path, key_path: Path) -> ExitCode:
    """Signs the certificate in a directory, where it fits the report beside it."""
    contract, path = load(), directory / CERTIFICATE_FILE
    statement, evidence = read_file(path, "certificate"), read_file(directory / REPORT_FILE, "report")
    said = parse_certificate(statement, contract, str(path))
    document = parse_report(evidence, contract, str(directory / REPORT_FILE))
    if differences := tuple(compare_certificate(said, document, evidence)):
        _print_entries("differs", differences)
        click.echo("not signed")
        return ExitCode.NONCONFORMANT
    _write_signature(directory / SIGNATURE_FILE, create_signature(statement, key_path))
    click.echo(f"signed: {clip_text(str(directory / SIGNATURE_FILE))}")
    return ExitCode.CONFORMANT


def _write_signature(path: Path, signature: bytes) -> None:
    try:
        path.write_bytes(signature)
    except OSError as problem:
        raise InvalidInput(f"the signature cannot be written: {problem}", str(path)) from None
