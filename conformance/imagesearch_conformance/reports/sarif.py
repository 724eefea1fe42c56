"""The report as SARIF 2.1.0: each failure at the lines of `spec/` that define its requirement, for code hosts.

SARIF is about files. The file of a result is the one that defines its requirement; the endpoint or client is the
analysis target (sections 3.24.6, 3.27.14), and the exchange that shows the failure is its web request and response.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from imagesearch_conformance.reports.client_calls import call_lines
from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.index import (
    Failure,
    ReportIndex,
    collect_failures,
    is_failing,
    reported_deviations,
)
from imagesearch_conformance.reports.subject import ReportSubject, build_subject, request_target
from imagesearch_conformance.reports.text import clip_text, escape_unprintable, finding_text, state_label, verdict_text

_SCHEMA_URL = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_SARIF_LEVELS = {"must": "error", "should": "warning", "may": "note"}


def render_sarif(report: dict[str, Any]) -> str:
    """Return the SARIF text of a report: ASCII, so that quoted responses cannot be misread."""
    log = {"$schema": _SCHEMA_URL, "version": "2.1.0", "runs": [_build_run(report)]}
    return json.dumps(log, indent=1) + "\n"


def _build_run(report: dict[str, Any]) -> dict[str, Any]:
    failures = collect_failures(report)
    errored = [requirement for requirement in report["requirements"] if requirement["outcome"] == "errored"]
    failing = [failure.requirement for failure in failures]
    rules = {requirement["id"]: requirement for requirement in (*failing, *errored)}
    rule_indexes = {requirement_id: index for index, requirement_id in enumerate(rules)}
    index = ReportIndex.from_report(report)
    subject, suite = build_subject(report), report["suite"]
    return {
        "tool": {"driver": _build_driver(report, list(rules.values()))},
        "automationDetails": {"id": f"{DISTRIBUTION}/{quote(subject.stable_id, safe='/', errors='replace')}/"},
        "invocations": [_build_invocation(report, errored, rule_indexes)],
        "artifacts": [_build_artifact(subject)],
        "results": [
            _build_result(failure, rule_indexes[failure.requirement["id"]], subject, index) for failure in failures
        ],
        "columnKind": "utf16CodeUnits",
        "language": "en",
        "properties": {
            "verdict": report["verdict"],
            "document": suite["document"],
            "specDigest": suite["specDigest"],
            "instanceName": clip_text(report["target"]["instanceName"]),
            "requests": report["requests"],
            "counts": report["counts"],
        },
    }


def _build_artifact(subject: ReportSubject) -> dict[str, Any]:
    description = {"description": {"text": clip_text(subject.title)}} if subject.is_client else {}
    return {"location": {"uri": subject.uri}, **description, "roles": ["analysisTarget"]}


def _build_driver(report: dict[str, Any], requirements: list[dict[str, Any]]) -> dict[str, Any]:
    subject = build_subject(report)
    return {
        "name": DISTRIBUTION,
        "version": report["suite"]["version"],
        "rules": [_build_rule(requirement, subject) for requirement in requirements],
    }


def _build_rule(requirement: dict[str, Any], subject: ReportSubject) -> dict[str, Any]:
    statement = clip_text(requirement["statement"])
    sentences = [statement, f"Source: {clip_text(requirement['source'])}."]
    if requirement.get("tolerance"):
        sentences.append(f"Tolerated in a {subject.noun}: {clip_text(requirement['tolerance'])}")
    if requirement.get("interpretation"):
        sentences.append(f"Interpretation: {clip_text(requirement['interpretation'])}.")
    description = " ".join(sentences)
    help_text = f"{description} Run `imagesearch-conformance explain {requirement['id']}` to see how it is tested."
    return {
        "id": requirement["id"],
        "shortDescription": {"text": statement},
        "fullDescription": {"text": description},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _SARIF_LEVELS[requirement["level"]]},
        "properties": {"tags": [clip_text(requirement["area"]), requirement["level"]]},
    }


def _build_invocation(
    report: dict[str, Any], errored: list[dict[str, Any]], rule_indexes: dict[str, int]
) -> dict[str, Any]:
    started = datetime.fromisoformat(report["startedAt"])
    ended = started + timedelta(seconds=report["durationSeconds"])
    notifications = [
        _build_notification(
            f"{requirement['id']} could not be judged: {clip_text(requirement['reason'])}",
            requirement["id"],
            rule_indexes,
        )
        for requirement in errored
    ]
    if report["stopReason"]:
        notifications.insert(0, _build_notification(clip_text(report["stopReason"])))
    notifications += [
        _build_notification(
            f"known deviation from {deviation['requirement']} ({state_label(deviation)}): "
            f"{clip_text(deviation['explanation'])}"
        )
        for deviation in reported_deviations(report)
        if is_failing(deviation)
    ]
    successful = report["complete"] and report["verdict"] != "inconclusive" and not notifications
    if not successful and not notifications:
        notifications.append(_build_notification(f"the run has no definite verdict: {verdict_text(report)}"))
    return {
        "executionSuccessful": successful,
        "startTimeUtc": report["startedAt"],
        "endTimeUtc": ended.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        **({"toolExecutionNotifications": notifications} if notifications else {}),
    }


def _build_notification(
    text: str, rule_id: str | None = None, rule_indexes: dict[str, int] | None = None
) -> dict[str, Any]:
    rule = {} if rule_id is None else {"associatedRule": {"id": rule_id, "index": (rule_indexes or {})[rule_id]}}
    return {"level": "error", "message": {"text": text}, **rule}


#: Maximum length of a body in characters, and maximum number of case ids.
_MAX_BODY_LENGTH, _MAX_CASES = 2000, 100

#: Code hosts resolve a relative path in the repository.
_SPEC_FOLDER = "spec"


def _build_result(failure: Failure, rule_index: int, subject: ReportSubject, index: ReportIndex) -> dict[str, Any]:
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
