"""The report as SARIF 2.1.0: each departure at the lines of `spec/` that demand otherwise, so that code hosts show it.

SARIF speaks of files. The file of a result is where its requirement is written; the endpoint, or the client, is
what was analysed (sections 3.24.6, 3.27.14), and the exchange that shows a departure is its web request and response.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from imagesearch_conformance.reports.deviations import is_failing, reported_deviations, state_label
from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.failures import collect_failures
from imagesearch_conformance.reports.index import ReportIndex
from imagesearch_conformance.reports.sarif_results import build_result
from imagesearch_conformance.reports.subject import ReportSubject, build_subject
from imagesearch_conformance.reports.text import clip_text, verdict_text

_SCHEMA_URL = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_SARIF_LEVELS = {"must": "error", "should": "warning", "may": "note"}


def render_sarif(report: dict[str, Any]) -> str:
    """The SARIF text of a report: ASCII, so that no reader can misread what a reply contained."""
    log = {"$schema": _SCHEMA_URL, "version": "2.1.0", "runs": [_build_run(report)]}
    return json.dumps(log, indent=1) + "\n"


def _build_run(report: dict[str, Any]) -> dict[str, Any]:
    found = collect_failures(report)
    unjudged = [one for one in report["requirements"] if one["outcome"] == "errored"]
    rules = {one["id"]: one for one in (*(one.requirement for one in found), *unjudged)}
    index = {name: number for number, name in enumerate(rules)}
    bodies = ReportIndex.from_report(report)
    subject, suite = build_subject(report), report["suite"]
    return {
        "tool": {"driver": _build_driver(report, list(rules.values()))},
        "automationDetails": {"id": f"{DISTRIBUTION}/{quote(subject.stable_id, safe='/', errors='replace')}/"},
        "invocations": [_build_invocation(report, unjudged, index)],
        "artifacts": [_build_artifact(subject)],
        "results": [build_result(one, index[one.requirement["id"]], subject, bodies) for one in found],
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
    described = {"description": {"text": clip_text(subject.title)}} if subject.is_client else {}
    return {"location": {"uri": subject.uri}, **described, "roles": ["analysisTarget"]}


def _build_driver(report: dict[str, Any], requirements: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": DISTRIBUTION,
        "version": report["suite"]["version"],
        "rules": [_build_rule(one, build_subject(report)) for one in requirements],
    }


def _build_rule(requirement: dict[str, Any], subject: ReportSubject) -> dict[str, Any]:
    statement = clip_text(requirement["statement"])
    said = [statement, f"Source: {clip_text(requirement['source'])}."]
    if requirement.get("tolerance"):
        said.append(f"Not held against a {subject.noun}: {clip_text(requirement['tolerance'])}")
    if requirement.get("interpretation"):
        said.append(f"Read as the interpretation {clip_text(requirement['interpretation'])} says.")
    explained = f"{' '.join(said)} Run `imagesearch-conformance explain {requirement['id']}` for how it is tested."
    return {
        "id": requirement["id"],
        "shortDescription": {"text": statement},
        "fullDescription": {"text": " ".join(said)},
        "help": {"text": explained},
        "defaultConfiguration": {"level": _SARIF_LEVELS[requirement["level"]]},
        "properties": {"tags": [clip_text(requirement["area"]), requirement["level"]]},
    }


def _build_invocation(
    report: dict[str, Any], not_judged: list[dict[str, Any]], rule_indexes: dict[str, int]
) -> dict[str, Any]:
    started = datetime.fromisoformat(report["startedAt"])
    ended = started + timedelta(seconds=report["durationSeconds"])
    said = [
        _build_notification(f"{one['id']} was not judged: {clip_text(one['reason'])}", one["id"], rule_indexes)
        for one in not_judged
    ]
    if report["trouble"]:
        said.insert(0, _build_notification(clip_text(report["trouble"])))
    said += [
        _build_notification(
            f"{one['requirement']}, a known departure: {state_label(one)}; {clip_text(one['explanation'])}"
        )
        for one in reported_deviations(report)
        if is_failing(one)
    ]
    judged = report["complete"] and report["verdict"] != "inconclusive" and not said
    if not judged and not said:
        said.append(_build_notification(f"the run came to no verdict: {verdict_text(report)}"))
    return {
        "executionSuccessful": judged,
        "startTimeUtc": report["startedAt"],
        "endTimeUtc": ended.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        **({"toolExecutionNotifications": said} if said else {}),
    }


def _build_notification(
    text: str, rule_id: str | None = None, rule_indexes: dict[str, int] | None = None
) -> dict[str, Any]:
    about = {} if rule_id is None else {"associatedRule": {"id": rule_id, "index": (rule_indexes or {})[rule_id]}}
    return {"level": "error", "message": {"text": text}, **about}
