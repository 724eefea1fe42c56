"""Writes the formats of a report into a directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.badge import render_badge
from imagesearch_conformance.reports.certificate import CERTIFICATE_FILE, REPORT_FILE, render_certificate
from imagesearch_conformance.reports.har import render_har
from imagesearch_conformance.reports.html import render_html
from imagesearch_conformance.reports.junit import render_junit
from imagesearch_conformance.reports.sarif import render_sarif
from imagesearch_conformance.reports.serialization import render_report_json
from imagesearch_conformance.reports.subject import is_recorded
from imagesearch_conformance.reports.summary import render_summary

#: Every file that a run writes, and what makes its text.
RENDERERS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    REPORT_FILE: render_report_json,
    "report.html": render_html,
    "junit.xml": render_junit,
    "summary.md": render_summary,
    "report.sarif": render_sarif,
    "traffic.har": render_har,
    "badge.svg": render_badge,
    CERTIFICATE_FILE: render_certificate,
}


#: The file of each format that can be made later, by the name that users give.
FORMAT_FILES: Mapping[str, str] = {
    "html": "report.html",
    "junit": "junit.xml",
    "markdown": "summary.md",
    "sarif": "report.sarif",
    "har": "traffic.har",
    "badge": "badge.svg",
    "certificate": CERTIFICATE_FILE,
}


def output_files(report: dict[str, Any]) -> tuple[str, ...]:
    """The files that are written of a report: there is no certificate of recorded traffic."""
    return tuple(name for name in RENDERERS if name != CERTIFICATE_FILE or not is_recorded(report))


def write_reports(
    report: dict[str, Any], directory: Path, files: Iterable[str] | None = None, report_bytes: bytes | None = None
) -> tuple[Path, ...]:
    """Writes these files, every format by default; raises BadInput when the directory cannot be written.

    `evidence` is the file in which the report stands already, whoever wrote it.
    """
    create_directory(directory)
    names = tuple(output_files(report) if files is None else files)
    if report_bytes is None:
        report_bytes = _render_file(REPORT_FILE, report)
    try:
        for name in names:
            raw = report_bytes if name == REPORT_FILE else _render_file(name, report, report_bytes)
            (directory / name).write_bytes(raw)
    except OSError as problem:
        raise InvalidInput(f"the reports cannot be written: {problem}", str(directory)) from None
    return tuple(directory / name for name in names)


def _render_file(name: str, report: dict[str, Any], report_bytes: bytes | None = None) -> bytes:
    """The bytes of a format; `evidence` are those of the report, where they were made already."""
    try:
        return encode_text(
            render_certificate(report, report_bytes) if name == CERTIFICATE_FILE else RENDERERS[name](report)
        )
    except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
        # A report of other makers may say what no run says, and yet fit the schema: a day that does not exist.
        raise InvalidInput(
            f"{name} cannot be made of the report: {type(problem).__name__}: {problem}", "report"
        ) from None


def write_text(text: str, path: Path) -> None:
    """Writes one file, with its directory; raises BadInput when it cannot be written."""
    create_directory(path.parent)
    try:
        path.write_bytes(encode_text(text))
    except OSError as problem:
        raise InvalidInput(f"the file cannot be written: {problem}", str(path)) from None


def encode_text(text: str) -> bytes:
    """The bytes of a format's text, as they stand in its file."""
    return text.encode("utf-8", "backslashreplace")


def create_directory(directory: Path) -> None:
    """Makes the directory; raises BadInput where none can be, before a run is made in vain."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InvalidInput(f"the reports cannot be written: {problem}", str(directory)) from None
