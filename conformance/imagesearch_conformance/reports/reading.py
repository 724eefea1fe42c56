"""Reading a report of an earlier run back, and refusing what is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput


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


def _decoded(raw: bytes, what: str, where: str) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise BadInput(f"the {what} cannot be read: {problem}", where) from None
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"the {what} is not JSON: {problem}", where, "was the run interrupted?") from None


def _check(raw: Any, contract: Contract, what: str, where: str) -> None:
    schema = contract.documents.document(f"schemas/{what}.json")
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        raise BadInput(f"this is no {what}: {problem.message}", f"{where}: {problem.json_path}")
