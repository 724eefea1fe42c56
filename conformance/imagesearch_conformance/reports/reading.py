"""Reading a report of an earlier run back, and refusing what is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.wording import told

#: The canonical report of a run, in its directory.
REPORT = "report.json"


def report_file(path: Path) -> Path:
    """The report itself, where a directory is named that holds one."""
    return path / REPORT if path.is_dir() else path


def read_report(path: Path, contract: Contract) -> dict[str, Any]:
    """The document in a file; raises BadInput when it is unreadable, truncated or of another shape."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"the report cannot be read: {problem}", str(path)) from None
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"the report is not JSON: {problem}", str(path), "was the run interrupted?") from None
    check_report(raw, contract, str(path))
    document: dict[str, Any] = raw
    return document


def check_report(raw: Any, contract: Contract, where: str) -> None:
    """Raises BadInput unless the value fits the published schema of reports."""
    schema = contract.documents.document("schemas/report.json")
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        raise BadInput(f"this is no report: {told(problem.message)}", f"{where}: {problem.json_path}")
    for place, complaint in _broken_references(raw):
        raise BadInput(f"this is no whole report: {complaint}", f"{where}: {place}")


def _broken_references(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a part of a report names another that is not there."""
    bodies: set[tuple[str, int]] = set()
    for case in document["cases"]:
        place = f"$.cases[{told(case['id'])}]"
        for number, exchange in enumerate(case["exchanges"]):
            shared = exchange["response"].get("bodyOf")
            if shared is None:
                bodies.add((case["id"], number))
            elif (shared["case"], shared["exchange"]) not in bodies:
                yield f"{place}.exchanges[{number}]", "there is no exchange before it whose body it could share"
        most = len(case["exchanges"])
        yield from (
            (place, "a finding names no exchange") for one in case["findings"] if one.get("exchange", 0) >= max(most, 1)
        )
