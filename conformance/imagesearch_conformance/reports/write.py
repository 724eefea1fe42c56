"""Writing of reports: every format into a file of one directory."""

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

#: The files of a run, with the functions that render them.
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

#: The file of each format that `report` can render, by the name of its option.
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
    """Return the names of the files of a report: recorded traffic has no certificate."""
    return tuple(name for name in RENDERERS if name != CERTIFICATE_FILE or not is_recorded(report))


def write_reports(
    report: dict[str, Any], directory: Path, files: Iterable[str] | None = None, report_bytes: bytes | None = None
) -> tuple[Path, ...]:
    """Write these files, by default all of them, and return their paths.

    `report_bytes` is the content of an existing file of the report. Raises InvalidInput if the
    directory cannot be written.
    """
    create_directory(directory)
    file_names = tuple(output_files(report) if files is None else files)
    if report_bytes is None:
        report_bytes = _render_file(REPORT_FILE, report)
    try:
        for name in file_names:
            raw = report_bytes if name == REPORT_FILE else _render_file(name, report, report_bytes)
            (directory / name).write_bytes(raw)
    except OSError as problem:
        raise InvalidInput(f"cannot write the reports: {problem}", str(directory)) from None
    return tuple(directory / name for name in file_names)


def _render_file(name: str, report: dict[str, Any], report_bytes: bytes | None = None) -> bytes:
    try:
        return encode_text(
            render_certificate(report, report_bytes) if name == CERTIFICATE_FILE else RENDERERS[name](report)
        )
    except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
        # A report from elsewhere may fit the schema and still contain impossible values, such as an invalid date.
        raise InvalidInput(f"cannot render {name}: {type(problem).__name__}: {problem}", "report") from None


def write_text(text: str, path: Path) -> None:
    """Write one file and create its directory; raises InvalidInput if it cannot be written."""
    create_directory(path.parent)
    try:
        path.write_bytes(encode_text(text))
    except OSError as problem:
        raise InvalidInput(f"cannot write the file: {problem}", str(path)) from None


def encode_text(text: str) -> bytes:
    """Return the text of a format as bytes."""
    return text.encode("utf-8", "backslashreplace")


def create_directory(directory: Path) -> None:
    """Create the directory; raises InvalidInput if that fails, before any request is sent."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InvalidInput(f"cannot write the reports: {problem}", str(directory)) from None
