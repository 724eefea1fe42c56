"""Loading and validation of reports and certificates of earlier runs; the target and policy that they describe."""

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
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    InstanceType,
    SignatureScheme,
    Target,
)
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.index import accepted_deviations
from imagesearch_conformance.reports.text import clip_text


def resolve_report_path(path: Path) -> Path:
    """Return the path of the report's file, given the file or its directory."""
    return path / REPORT_FILE if path.is_dir() else path


def load_report(path: Path, contract: Contract) -> dict[str, Any]:
    """Return the report in a file; raises InvalidInput if it cannot be read or does not fit the schema."""
    return parse_report(read_file(path, "report"), contract, str(path))


def read_file(path: Path, kind: str) -> bytes:
    """Return the content of a file; raises InvalidInput if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InvalidInput(f"cannot read the {kind}: {problem}", str(path)) from None


def parse_report(raw: bytes, contract: Contract, where: str) -> dict[str, Any]:
    """Return the report in these bytes; raises InvalidInput if there is no valid one."""
    report: dict[str, Any] = _parse_json(raw, "report", where)
    check_report(report, contract, where)
    return report


def parse_certificate(raw: bytes, contract: Contract, where: str) -> dict[str, Any]:
    """Return the certificate in these bytes; raises InvalidInput if there is no valid one."""
    certificate: dict[str, Any] = _parse_json(raw, "certificate", where)
    _check_schema(certificate, contract, "certificate", where)
    return certificate


def check_report(raw: Any, contract: Contract, where: str) -> None:
    """Raise InvalidInput unless the value fits the published schema of reports."""
    _check_schema(raw, contract, "report", where)
    for place, problem in _broken_references(raw):
        raise InvalidInput(f"inconsistent report: {problem}", f"{where}: {place}")


def _parse_json(raw: bytes, kind: str, where: str) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"cannot read the {kind}: {problem}", where) from None
    except (ValueError, RecursionError) as problem:
        raise InvalidInput(f"the {kind} is not valid JSON: {problem}", where, "was the run interrupted?") from None


def _is_certainly_valid(raw: Any, schema: Any) -> bool:
    """Validate fast; False means that the thorough validator has to decide."""
    try:
        return jsonschema_rs.is_valid(schema, raw)
    except Exception:  # noqa: BLE001 numbers, texts or depths that only Python supports
        return False


def _check_schema(raw: Any, contract: Contract, kind: str, where: str) -> None:
    schema = contract.spec_files.content(f"schemas/{kind}.json")
    if _is_certainly_valid(raw, schema):
        return
    problem = best_match(Draft202012Validator(schema).iter_errors(raw))
    if problem is not None:
        raise InvalidInput(f"invalid {kind}: {clip_text(problem.message)}", f"{where}: {problem.json_path}")


def _broken_references(report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the places where a part of a report refers to a missing one."""
    stored_bodies: set[tuple[str, int]] = set()
    for case in report["cases"]:
        place = f"$.cases[{clip_text(case['id'])}]"
        for index, exchange in enumerate(case["exchanges"]):
            ref = exchange["response"].get("bodyRef")
            if ref is None:
                stored_bodies.add((case["id"], index))
            elif (ref["case"], ref["exchange"]) not in stored_bodies:
                yield f"{place}.exchanges[{index}]", "the body refers to an exchange that is not stored before it"
        exchange_count = max(len(case["exchanges"]), 1)
        yield from (
            (place, "a finding refers to a missing exchange")
            for finding in case["findings"]
            if finding.get("exchange", 0) >= exchange_count
        )


def restore_target(data: dict[str, Any], endpoint: str, credentials: Credentials | None = None) -> Target:
    """Return the target of a report at this endpoint; reports contain no keys.

    Raises InvalidInput if the report has no instances.
    """
    if not data.get("instances"):
        raise InvalidInput("the report does not list the target's instances", "target: instances")
    return Target(
        endpoint=endpoint,
        instances=tuple(_restore_instance(instance) for instance in data["instances"]),
        signature=SignatureScheme(data["signature"]),
        region_id=data.get("regionId"),
        qps=data.get("qps"),
        credentials=credentials,
        capabilities=_restore_capabilities(data["capabilities"]),
    )


def _restore_instance(data: dict[str, Any]) -> Instance:
    images = tuple(Image(image["productId"], image["picName"]) for image in data["images"])
    return Instance(data["instanceName"], InstanceType(data["instanceType"]), images)


def _restore_capabilities(data: dict[str, Any]) -> Capabilities:
    return Capabilities(
        bool(data.get("authentication")),
        data.get("throttlingQps"),
        data.get("faultHeader"),
        bool(data.get("approximate")),
        data.get("document"),
    )


def restore_policy(report: dict[str, Any]) -> Policy:
    """Return the policy that decided the run of a report."""
    suite = report["suite"]
    return Policy(Level(suite["level"]), suite["strict"], frozenset(accepted_deviations(report)))
