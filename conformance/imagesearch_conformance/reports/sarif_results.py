"""One failure as a SARIF result: location of the requirement, finding, exchange, and command to reproduce it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from imagesearch_conformance.reports.client_calls import call_lines
from imagesearch_conformance.reports.failures import Failure
from imagesearch_conformance.reports.index import ReportIndex
from imagesearch_conformance.reports.subject import ReportSubject
from imagesearch_conformance.reports.text import clip_text, escape_unprintable, finding_text
from imagesearch_conformance.reports.url_parts import request_target

#: Maximum length of a body in characters, and maximum number of case ids.
_MAX_BODY_LENGTH, _MAX_CASES = 2000, 100

#: Code hosts resolve a relative path in the repository.
_SPEC_FOLDER = "spec"


def build_result(failure: Failure, rule_index: int, subject: ReportSubject, index: ReportIndex) -> dict[str, Any]:
    """Return the result of one failure; `rule_index` is the index of its rule in the driver."""
    requirement, finding, case = failure.requirement, failure.finding, failure.case
    locations = [_build_location(location) for location in requirement.get("locations", [])]
    logical_locations = [{"fullyQualifiedName": requirement["id"], "kind": "member"}]
    primary, *related = locations or [{}]
    return {
        "ruleId": requirement["id"],
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": _result_level(failure),
        "message": {"text": _result_message(failure)},
        "analysisTarget": {"uri": subject.uri},
        "locations": [{**primary, "logicalLocations": logical_locations}],
        "relatedLocations": [
            {"id": number, "message": {"text": "The constraint."}, **location}
            for number, location in enumerate(related, 1)
        ],
        "partialFingerprints": {"requirement/v1": requirement["id"]},
        "properties": _build_properties(failure, subject),
        **({} if case is None else _build_exchange(case, finding, index)),
    }


def _result_level(failure: Failure) -> str:
    """A failed requirement is an error whatever its level; a warning depends on the level of its finding."""
    if failure.requirement["outcome"] == "failed":
        return "error"
    return "note" if failure.finding["level"] == "may" else "warning"


def _result_message(failure: Failure) -> str:
    count = len(failure.case_ids)
    scope = "whole run" if failure.case is None else f"{count} case{'s' if count > 1 else ''}"
    example = "" if failure.case is None else f", for example {failure.case['id']}"
    lines = [finding_text(failure.finding), *([] if failure.case is None else call_lines(failure.case))]
    return "\n".join([*lines, f"({scope}{example})"])


def _build_location(location: dict[str, Any]) -> dict[str, Any]:
    artifact = {"uri": quote(f"{_SPEC_FOLDER}/{location['file']}"), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": location["line"]}}}


def _build_properties(failure: Failure, subject: ReportSubject) -> dict[str, Any]:
    properties: dict[str, Any] = {"level": failure.finding["level"], "cases": list(failure.case_ids[:_MAX_CASES])}
    rerun_command = "" if failure.case is None else subject.rerun_command(failure.case["id"])
    if rerun_command:
        properties["replay"] = rerun_command
    return properties


def _build_exchange(case: dict[str, Any], finding: dict[str, Any], index: ReportIndex) -> dict[str, Any]:
    """Return the exchange that shows the finding as web request and response."""
    exchange_index = finding.get("exchange", 0)
    if exchange_index >= len(case["exchanges"]):
        return {}
    exchange = case["exchanges"][exchange_index]
    request, response = exchange["request"], exchange["response"]
    body, is_base64 = index.response_body(exchange)
    return {
        "webRequest": {
            "protocol": "HTTP",
            "version": "1.1",
            "method": clip_text(request["method"]),
            "target": clip_text(request_target(request["url"])),
            "body": {"text": _clip_body(request["body"])},
        },
        "webResponse": _build_response(response["status"], "(not text)" if is_base64 else _clip_body(body)),
    }


def _build_response(status: int, body: str) -> dict[str, Any]:
    """Return a response; the status is 0 where a client got none (section 3.47.7)."""
    if not status:
        return {"noResponseReceived": True}
    return {"protocol": "HTTP", "version": "1.1", "statusCode": status, "body": {"text": body}}


def _clip_body(text: str) -> str:
    return escape_unprintable(
        text if len(text) <= _MAX_BODY_LENGTH else f"{text[:_MAX_BODY_LENGTH]}... ({len(text)} characters)"
    )
