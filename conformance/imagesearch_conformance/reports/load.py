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
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.text import clip_text


def resolve_report_path(path: Path) -> Path:
    """The report itself, where a directory is named that holds one."""
    return path / REPORT_FILE if path.is_dir() else path


def load_report(path: Path, contract: Contract) -> dict[str, Any]:
    """The document in a file; raises BadInput when it is unreadable, truncated or of another shape."""
    return parse_report(read_file(path, "report"), contract, str(path))


def read_file(path: Path, kind: str) -> bytes:
    """The bytes of a file; raises BadInput when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InvalidInput(f"the {kind} cannot be read: {problem}", str(path)) from None


def parse_report(raw: bytes, contract: Contract, where: str) -> dict[str, Any]:
    """The report that bytes hold; raises BadInput when they hold none."""
    document: dict[str, Any] = _parse_json(raw, "report", where)
    check_report(document, contract, where)
    return document


def parse_certificate(raw: bytes, contract: Contract, where: str) -> dict[str, Any]:
    """The certificate that bytes hold; raises BadInput when they hold none."""
    statement: dict[str, Any] = _parse_json(raw, "certificate", where)
    _check_schema(statement, contract, "certificate", where)
    return statement


def check_report(raw: Any, contract: Contract, where: str) -> None:
    """Raises BadInput unless the value fits the published schema of reports."""
    _check_schema(raw, contract, "report", where)
    for place, complaint in _broken_references(raw):
        raise InvalidInput(f"this is no whole report: {complaint}", f"{where}: {place}")


def _parse_json(raw: bytes, kind: str, where: str) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"the {kind} cannot be read: {problem}", where) from None
    except (ValueError, RecursionError) as problem:
        raise InvalidInput(f"the {kind} is not JSON: {problem}", where, "was the run interrupted?") from None


def _is_certainly_valid(raw: Any, schema: Any) -> bool:
    """Whether a quick look is enough: what it does not like, or cannot read, is left to the thorough one."""
    try:
        return jsonschema_rs.is_valid(schema, raw)
    except Exception:  # noqa: BLE001 numbers, texts or depths that only Python knows
        return False


def _check_schema(raw: Any, contract: Contract, kind: str, where: str) -> None:
    schema = contract.spec_files.content(f"schemas/{kind}.json")
    if _is_certainly_valid(raw, schema):
        return
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        raise InvalidInput(f"this is no {kind}: {clip_text(problem.message)}", f"{where}: {problem.json_path}")


def _broken_references(report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a part of a report names another that is not there."""
    bodies: set[tuple[str, int]] = set()
    for case in report["cases"]:
        place = f"$.cases[{clip_text(case['id'])}]"
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
