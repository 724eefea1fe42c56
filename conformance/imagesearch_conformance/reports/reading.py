"""Reading a report of an earlier run back, and refusing what is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.reports.wording import told


def report_file(path: Path) -> Path:
    """The report itself, where a directory is named that holds one."""
    return path / EVIDENCE if path.is_dir() else path


def read_report(path: Path, contract: Contract) -> dict[str, Any]:
    """The document in a file; raises BadInput when it is unreadable, truncated or of another shape."""
    return report_of(bytes_of(path, "report"), contract, str(path))


def bytes_of(path: Path, what: str) -> bytes:
    """The bytes of a file; raises BadInput when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BadInput(f"the {what} cannot be read: {problem}", str(path)) from None


def report_of(raw: bytes, contract: Contract, where: str) -> dict[str, Any]:
    """The report that bytes hold; raises BadInput when they hold none."""
    document: dict[str, Any] = _decoded(raw, "report", where)
    check_report(document, contract, where)
    return document


def certificate_of(raw: bytes, contract: Contract, where: str) -> dict[str, Any]:
    """The certificate that bytes hold; raises BadInput when they hold none."""
    statement: dict[str, Any] = _decoded(raw, "certificate", where)
    _check(statement, contract, "certificate", where)
    return statement


def check_report(raw: Any, contract: Contract, where: str) -> None:
    """Raises BadInput unless the value fits the published schema of reports."""
    _check(raw, contract, "report", where)
    for place, complaint in _broken_references(raw):
        raise BadInput(f"this is no whole report: {complaint}", f"{where}: {place}")


def _decoded(raw: bytes, what: str, where: str) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise BadInput(f"the {what} cannot be read: {problem}", where) from None
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"the {what} is not JSON: {problem}", where, "was the run interrupted?") from None


def _surely_fits(raw: Any, schema: Any) -> bool:
    """Whether a quick look is enough: what it does not like, or cannot read, is left to the thorough one."""
    try:
        return jsonschema_rs.is_valid(schema, raw)
    except Exception:  # noqa: BLE001 numbers, texts or depths that only Python knows
        return False


def _check(raw: Any, contract: Contract, what: str, where: str) -> None:
    schema = contract.documents.document(f"schemas/{what}.json")
    if _surely_fits(raw, schema):
        return
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        raise BadInput(f"this is no {what}: {told(problem.message)}", f"{where}: {problem.json_path}")


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
