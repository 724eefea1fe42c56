"""The files of a run's directory, beside what its report makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from imagesearch_conformance.reports.canonical import digest_of_bytes
from imagesearch_conformance.reports.certificate import CERTIFICATE, EVIDENCE, statement
from imagesearch_conformance.reports.reading import bytes_of
from imagesearch_conformance.reports.writing import FORMATS, encoded
from imagesearch_conformance.verifying.difference import Difference, Findings


def of_statement(said: dict[str, Any], document: dict[str, Any], evidence: bytes) -> Iterator[Difference]:
    """Where a certificate says something else than its report, whose bytes these are."""
    due = statement(document, digest_of_bytes(evidence))
    for name in dict.fromkeys((*due, *said)):
        value, recorded = due.get(name), said.get(name)
        if isinstance(value, dict) and isinstance(recorded, dict):
            pairs = [(f"{name}.{key}", recorded.get(key), one) for key, one in value.items()]
        else:
            pairs = [(name, recorded, value)]
        yield from (Difference(CERTIFICATE, where, one, right) for where, one, right in pairs if one != right)


def of_formats(directory: Path, document: dict[str, Any]) -> Findings:
    """Which files of a directory are not, byte for byte, what their format makes of the report."""
    found = Findings()
    for name, make in FORMATS.items():
        path = directory / name
        if not path.exists():
            found += Findings(notes=(f"{name} is not there",))
            continue
        raw = bytes_of(path, "file")
        try:
            fits = raw == encoded(make(document))
        except Exception as problem:  # noqa: BLE001 what fits the schema and still is no report of ours breaks its readers
            said = f"a report of which no {name} can be made ({type(problem).__name__})"
            found += Findings((Difference(EVIDENCE, "", said, "a report of this suite"),))
            continue
        if not fits:
            found += Findings((Difference(name, "", "something else", f"exactly what {EVIDENCE} makes of it"),))
    return found
