"""Writes the formats of a report into a directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.badge import badge
from imagesearch_conformance.reports.canonical import as_lines
from imagesearch_conformance.reports.certificate import CERTIFICATE, EVIDENCE, certificate
from imagesearch_conformance.reports.har import har
from imagesearch_conformance.reports.html import html
from imagesearch_conformance.reports.junit import junit
from imagesearch_conformance.reports.sarif import sarif
from imagesearch_conformance.reports.subject import is_recorded
from imagesearch_conformance.reports.summary import summary

#: Every file that a run writes, and what makes its text.
FORMATS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    EVIDENCE: as_lines,
    "report.html": html,
    "junit.xml": junit,
    "summary.md": summary,
    "report.sarif": sarif,
    "traffic.har": har,
    "badge.svg": badge,
    CERTIFICATE: certificate,
}


#: The file of each format that can be made later, by the name that users give.
NAMED: Mapping[str, str] = {
    "html": "report.html",
    "junit": "junit.xml",
    "markdown": "summary.md",
    "sarif": "report.sarif",
    "har": "traffic.har",
    "badge": "badge.svg",
    "certificate": CERTIFICATE,
}


def formats_of(document: dict[str, Any]) -> tuple[str, ...]:
    """The files that are written of a report: there is no certificate of recorded traffic."""
    return tuple(name for name in FORMATS if name != CERTIFICATE or not is_recorded(document))


def write_reports(
    document: dict[str, Any], directory: Path, files: Iterable[str] | None = None, evidence: bytes | None = None
) -> tuple[Path, ...]:
    """Writes these files, every format by default; raises BadInput when the directory cannot be written.

    `evidence` is the file in which the report stands already, whoever wrote it.
    """
    prepare(directory)
    names = tuple(formats_of(document) if files is None else files)
    if evidence is None:
        evidence = _made(EVIDENCE, document)
    try:
        for name in names:
            raw = evidence if name == EVIDENCE else _made(name, document, evidence)
            (directory / name).write_bytes(raw)
    except OSError as problem:
        raise BadInput(f"the reports cannot be written: {problem}", str(directory)) from None
    return tuple(directory / name for name in names)


def _made(name: str, document: dict[str, Any], evidence: bytes | None = None) -> bytes:
    """The bytes of a format; `evidence` are those of the report, where they were made already."""
    try:
        return encoded(certificate(document, evidence) if name == CERTIFICATE else FORMATS[name](document))
    except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
        # A report of other makers may say what no run says, and yet fit the schema: a day that does not exist.
        raise BadInput(f"{name} cannot be made of the report: {type(problem).__name__}: {problem}", "report") from None


def write_text(text: str, path: Path) -> None:
    """Writes one file, with its directory; raises BadInput when it cannot be written."""
    prepare(path.parent)
    try:
        path.write_bytes(encoded(text))
    except OSError as problem:
        raise BadInput(f"the file cannot be written: {problem}", str(path)) from None


def encoded(text: str) -> bytes:
    """The bytes of a format's text, as they stand in its file."""
    return text.encode("utf-8", "backslashreplace")


def prepare(directory: Path) -> None:
    """Makes the directory; raises BadInput where none can be, before a run is made in vain."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise BadInput(f"the reports cannot be written: {problem}", str(directory)) from None
