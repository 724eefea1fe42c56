"""The files of a run's directory, beside what its report makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from imagesearch_conformance.reports.certificate import CERTIFICATE_FILE, REPORT_FILE, build_certificate
from imagesearch_conformance.reports.load import read_file
from imagesearch_conformance.reports.serialization import bytes_digest
from imagesearch_conformance.reports.write import RENDERERS, encode_text
from imagesearch_conformance.verification.difference import Difference, VerificationFindings


def compare_certificate(
    certificate: dict[str, Any], report: dict[str, Any], report_bytes: bytes
) -> Iterator[Difference]:
    """Where a certificate says something else than its report, whose bytes these are."""
    due = build_certificate(report, bytes_digest(report_bytes))
    for name in dict.fromkeys((*due, *certificate)):
        value, recorded = due.get(name), certificate.get(name)
        if isinstance(value, dict) and isinstance(recorded, dict):
            pairs = [(f"{name}.{key}", recorded.get(key), one) for key, one in value.items()]
        else:
            pairs = [(name, recorded, value)]
        yield from (Difference(CERTIFICATE_FILE, where, one, right) for where, one, right in pairs if one != right)


def compare_formats(directory: Path, report: dict[str, Any]) -> VerificationFindings:
    """Which files of a directory are not, byte for byte, what their format makes of the report."""
    found = VerificationFindings()
    for name, make in RENDERERS.items():
        path = directory / name
        if not path.exists():
            found += VerificationFindings(notes=(f"{name} is not there",))
            continue
        raw = read_file(path, "file")
        try:
            fits = raw == encode_text(make(report))
        except Exception as problem:  # noqa: BLE001 what fits the schema and still is no report of ours breaks its readers
            said = f"a report of which no {name} can be made ({type(problem).__name__})"
            found += VerificationFindings((Difference(REPORT_FILE, "", said, "a report of this suite"),))
            continue
        if not fits:
            found += VerificationFindings(
                (Difference(name, "", "something else", f"exactly what {REPORT_FILE} makes of it"),)
            )
    return found
