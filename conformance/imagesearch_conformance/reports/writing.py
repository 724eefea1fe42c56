"""Writes the formats of a report into a directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.canonical import as_json
from imagesearch_conformance.reports.certificate import CERTIFICATE, EVIDENCE, certificate
from imagesearch_conformance.reports.junit import junit
from imagesearch_conformance.reports.summary import summary

#: Every file that a run writes, and what makes its text.
FORMATS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    EVIDENCE: as_json,
    "junit.xml": junit,
    "summary.md": summary,
    CERTIFICATE: certificate,
}


def write_reports(document: dict[str, Any], directory: Path) -> tuple[Path, ...]:
    """Writes every format; raises BadInput when the directory cannot be written."""
    prepare(directory)
    written = []
    try:
        for name, make in FORMATS.items():
            path = directory / name
            path.write_bytes(encoded(make(document)))
            written.append(path)
    except OSError as problem:
        raise BadInput(f"the reports cannot be written: {problem}", str(directory)) from None
    return tuple(written)


def encoded(text: str) -> bytes:
    """The bytes of a format's text, as they stand in its file."""
    return text.encode("utf-8", "backslashreplace")


def prepare(directory: Path) -> None:
    """Makes the directory; raises BadInput where none can be, before a run is made in vain."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise BadInput(f"the reports cannot be written: {problem}", str(directory)) from None
