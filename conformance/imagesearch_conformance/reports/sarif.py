"""The report as SARIF 2.1.0: each departure at the lines of `spec/` that demand otherwise, so that code hosts show it.

SARIF speaks of files. The file of a result is where its requirement is written; the endpoint, or the client, is
what was analysed (sections 3.24.6, 3.27.14), and the exchange that shows a departure is its web request and response.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from importlib.metadata import metadata
from typing import Any
from urllib.parse import quote

from imagesearch_conformance.reports.departures import departures
from imagesearch_conformance.reports.deviations import deviations_of, fails, state_words
from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.sarif_results import result
from imagesearch_conformance.reports.shared_bodies import Bodies
from imagesearch_conformance.reports.subject import Subject, subject_of
from imagesearch_conformance.reports.wording import told, verdict_words

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {"must": "error", "should": "warning", "may": "note"}


def sarif(document: dict[str, Any]) -> str:
    """The SARIF text of a report: ASCII, so that no reader can misread what a reply contained."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(document)]}
    return json.dumps(log, indent=1) + "\n"


def _run(document: dict[str, Any]) -> dict[str, Any]:
    found = departures(document)
    unjudged = [one for one in document["requirements"] if one["outcome"] == "errored"]
    rules = {one["id"]: one for one in (*(one.requirement for one in found), *unjudged)}
    index = {name: number for number, name in enumerate(rules)}
    bodies = Bodies.of(document)
    subject, suite = subject_of(document), document["suite"]
    return {
        "tool": {"driver": _driver(document, list(rules.values()))},
        "automationDetails": {"id": f"{DISTRIBUTION}/{quote(subject.identity, safe='/', errors='replace')}/"},
        "invocations": [_invocation(document, unjudged, index)],
        "artifacts": [_artifact(subject)],
        "results": [result(one, index[one.requirement["id"]], subject, bodies) for one in found],
        "columnKind": "utf16CodeUnits",
        "language": "en",
        "properties": {
            "verdict": document["verdict"],
            "document": suite["document"],
            "specDigest": suite["specDigest"],
            "instanceName": told(document["target"]["instanceName"]),
            "requests": document["requests"],
            "counts": document["counts"],
        },
    }


def _artifact(subject: Subject) -> dict[str, Any]:
    described = {"description": {"text": told(subject.title)}} if subject.client else {}
    return {"location": {"uri": subject.uri}, **described, "roles": ["analysisTarget"]}


def _driver(document: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any]:
    version = document["suite"]["version"]
    pages = (one.partition(", ") for one in metadata(DISTRIBUTION).get_all("Project-URL") or ())
    uri = next((url for label, _, url in pages if label == "Documentation"), None)
    return {
        "name": DISTRIBUTION,
        "version": version,
        **({} if uri is None else {"informationUri": uri}),
        "rules": [_rule(one, subject_of(document)) for one in rules],
    }


def _rule(requirement: dict[str, Any], subject: Subject) -> dict[str, Any]:
    statement = told(requirement["statement"])
    said = [statement, f"Source: {told(requirement['source'])}."]
    if requirement.get("tolerance"):
        said.append(f"Not held against a {subject.noun}: {told(requirement['tolerance'])}")
    if requirement.get("interpretation"):
        said.append(f"Read as the interpretation {told(requirement['interpretation'])} says.")
    explained = f"{' '.join(said)} Run `imagesearch-conformance explain {requirement['id']}` for how it is tested."
    return {
        "id": requirement["id"],
        "shortDescription": {"text": statement},
        "fullDescription": {"text": " ".join(said)},
        "help": {"text": explained},
        "defaultConfiguration": {"level": _LEVELS[requirement["level"]]},
        "properties": {"tags": [told(requirement["area"]), requirement["level"]]},
    }


def _invocation(document: dict[str, Any], unjudged: list[dict[str, Any]], index: dict[str, int]) -> dict[str, Any]:
    started = datetime.fromisoformat(document["startedAt"])
    ended = started + timedelta(seconds=document["durationSeconds"])
    said = [_notification(f"{one['id']} was not judged: {told(one['reason'])}", one["id"], index) for one in unjudged]
    if document["trouble"]:
        said.insert(0, _notification(told(document["trouble"])))
    said += [
        _notification(f"{one['requirement']}, a known departure: {state_words(one)}; {told(one['explanation'])}")
        for one in deviations_of(document)
        if fails(one)
    ]
    judged = document["complete"] and document["verdict"] != "inconclusive" and not said
    if not judged and not said:
        said.append(_notification(f"the run came to no verdict: {verdict_words(document)}"))
    return {
        "executionSuccessful": judged,
        "startTimeUtc": document["startedAt"],
        "endTimeUtc": ended.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        **({"toolExecutionNotifications": said} if said else {}),
    }


def _notification(text: str, rule: str | None = None, index: dict[str, int] | None = None) -> dict[str, Any]:
    about = {} if rule is None else {"associatedRule": {"id": rule, "index": (index or {})[rule]}}
    return {"level": "error", "message": {"text": text}, **about}
