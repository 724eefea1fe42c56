"""`verify`: check a certificate against its evidence, which is judged again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code

if TYPE_CHECKING:
    from imagesearch_conformance.verification.difference import VerificationFindings

#: At most this many lines of one kind are printed.
MAX_LINES = 50

_RESULT_TEXTS = {
    ExitCode.CONFORMANT: "verified",
    ExitCode.NONCONFORMANT: "not verified, something differs",
    ExitCode.INCONCLUSIVE: "not verified, not everything can be judged again",
}


@click.command("verify")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--spec", type=click.Path(path_type=Path), metavar="DIR", help="Use the contract of the run in DIR.")
@click.option(
    "--public-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Require a signature that this public key (PEM) verifies.",
)
@exit_with_code
def command(directory: Path, spec: Path | None, public_key: Path | None) -> ExitCode:
    """Verify the certificate in DIR, the directory with the reports of a run; sends nothing.

    Every digest must match, every file must be what report.json renders to, and every case, judged again
    from its stored exchanges, must have the result in the report, up to the verdict.

    Exit codes: 0 verified, 1 something differs, 2 invalid input, 3 not everything can be judged again.
    """
    from imagesearch_conformance.reports.text import clip_text
    from imagesearch_conformance.verification.verify import verify

    verification = verify(directory, spec, public_key)
    findings = verification.findings
    print_entries("note", findings.notes)
    print_entries("not judged again", findings.unverifiable)
    print_entries("differs", findings.differences)
    code = _exit_code(findings)
    click.echo(f"{_RESULT_TEXTS[code]}: {clip_text(str(directory))} says {verification.certificate['verdict']}")
    return code


def _exit_code(findings: VerificationFindings) -> ExitCode:
    if findings.differences:
        return ExitCode.NONCONFORMANT
    return ExitCode.INCONCLUSIVE if findings.unverifiable else ExitCode.CONFORMANT


def print_entries(label: str, entries: tuple[object, ...]) -> None:
    """Print one line per entry, and the number of those that are left out."""
    from imagesearch_conformance.reports.text import clip_text

    for entry in entries[:MAX_LINES]:
        click.echo(f"{label}: {clip_text(str(entry))}")
    if len(entries) > MAX_LINES:
        click.echo(f"{label}: and {len(entries) - MAX_LINES} more")
