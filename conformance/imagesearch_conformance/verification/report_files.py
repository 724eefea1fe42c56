"""Comparison of the files of a run with what its report renders to."""

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
    """Yield the differences between a certificate and its report; `report_bytes` is the report's file."""
    expected = build_certificate(report, bytes_digest(report_bytes))
    for name in dict.fromkeys((*expected, *certificate)):
        value, reported = expected.get(name), certificate.get(name)
        if isinstance(value, dict) and isinstance(reported, dict):
            triples = [(f"{name}.{key}", reported.get(key), member) for key, member in value.items()]
        else:
            triples = [(name, reported, value)]
        yield from (Difference(CERTIFICATE_FILE, *triple) for triple in triples if triple[1] != triple[2])


def compare_formats(directory: Path, report: dict[str, Any]) -> VerificationFindings:
    """Return the files of a directory that are not, byte for byte, the rendered formats of the report."""
    findings = VerificationFindings()
    for name, render in RENDERERS.items():
        path = directory / name
        if not path.exists():
            findings += VerificationFindings(notes=(f"{name} is missing",))
            continue
        raw = read_file(path, "file")
        try:
            is_same = raw == encode_text(render(report))
        except Exception as problem:  # noqa: BLE001 a manipulated report that fits the schema may cause any exception
            reported = f"a report from which {name} cannot be rendered ({type(problem).__name__})"
            findings += VerificationFindings((Difference(REPORT_FILE, "", reported, "a report of this suite"),))
            continue
        if not is_same:
            expected = f"the content rendered from {REPORT_FILE}"
            findings += VerificationFindings((Difference(name, "", "other content", expected),))
    return findings
