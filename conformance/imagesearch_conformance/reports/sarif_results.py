"""One departure as a result of SARIF: where it is demanded, what was seen, and how to see it again."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from imagesearch_conformance.reports.client_calls import call_lines
from imagesearch_conformance.reports.failures import Failure
from imagesearch_conformance.reports.index import ReportIndex
from imagesearch_conformance.reports.subject import ReportSubject
from imagesearch_conformance.reports.text import clip_text, escape_unprintable, finding_text
from imagesearch_conformance.reports.url_parts import request_target

#: The most of a body that a result repeats, in characters, and the most cases that it names.
_MAX_BODY_LENGTH, _MAX_CASES = 2000, 100

#: Whose lines are shown: code hosts take a relative path for one of the repository.
_SPEC_FOLDER = "spec"


def build_result(failure: Failure, rule_index: int, subject: ReportSubject, index: ReportIndex) -> dict[str, Any]:
    """The result of one departure; `rule` is the index of its rule among those of the run."""
    requirement, finding, case = failure.requirement, failure.finding, failure.case
    places = [_build_location(one) for one in requirement.get("locations", [])]
    named = [{"fullyQualifiedName": requirement["id"], "kind": "member"}]
    first, *further = places or [{}]
    return {
        "ruleId": requirement["id"],
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": _result_level(failure),
        "message": {"text": _result_message(failure)},
        "analysisTarget": {"uri": subject.uri},
        "locations": [{**first, "logicalLocations": named}],
        "relatedLocations": [
            {"id": number, "message": {"text": "The constraint."}, **one} for number, one in enumerate(further, 1)
        ],
        "partialFingerprints": {"requirement/v1": requirement["id"]},
        "properties": _build_properties(failure, subject),
        **({} if case is None else _build_exchange(case, finding, index)),
    }


def _result_level(failure: Failure) -> str:
    """What fails is an error, whatever its requirement's level; the rest says how binding it would have been."""
    if failure.requirement["outcome"] == "failed":
        return "error"
    return "note" if failure.finding["level"] == "may" else "warning"


def _result_message(failure: Failure) -> str:
    number = len(failure.case_ids)
    where = "over the whole run" if failure.case is None else f"{number} case{'s' if number > 1 else ''}"
    shows = "" if failure.case is None else f", {failure.case['id']} shows it"
    lines = [finding_text(failure.finding), *([] if failure.case is None else call_lines(failure.case))]
    return "\n".join([*lines, f"({where}{shows})"])


def _build_location(location: dict[str, Any]) -> dict[str, Any]:
    artifact = {"uri": quote(f"{_SPEC_FOLDER}/{location['file']}"), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": location["line"]}}}


def _build_properties(failure: Failure, subject: ReportSubject) -> dict[str, Any]:
    said: dict[str, Any] = {"level": failure.finding["level"], "cases": list(failure.case_ids[:_MAX_CASES])}
    again = "" if failure.case is None else subject.rerun_command(failure.case["id"])
    if again:
        said["replay"] = again
    return said


def _build_exchange(case: dict[str, Any], finding: dict[str, Any], index: ReportIndex) -> dict[str, Any]:
    """The exchange of the case that shows the finding."""
    number = finding.get("exchange", 0)
    if number >= len(case["exchanges"]):
        return {}
    shows = case["exchanges"][number]
    request, response = shows["request"], shows["response"]
    text, encoded = index.response_body(shows)
    return {
        "webRequest": {
            "protocol": "HTTP",
            "version": "1.1",
            "method": clip_text(request["method"]),
            "target": clip_text(request_target(request["url"])),
            "body": {"text": _clip_body(request["body"])},
        },
        "webResponse": _build_response(response["status"], "(not text)" if encoded else _clip_body(text)),
    }


def _build_response(status: int, body: str) -> dict[str, Any]:
    """A reply; where a client was given none, its status is 0 (section 3.47.7)."""
    if not status:
        return {"noResponseReceived": True}
    return {"protocol": "HTTP", "version": "1.1", "statusCode": status, "body": {"text": body}}


def _clip_body(text: str) -> str:
    return escape_unprintable(
        text if len(text) <= _MAX_BODY_LENGTH else f"{text[:_MAX_BODY_LENGTH]}... ({len(text)} characters)"
    )
