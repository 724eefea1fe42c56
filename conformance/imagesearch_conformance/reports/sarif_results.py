"""One departure as a result of SARIF: where it is demanded, what was seen, and how to see it again."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from imagesearch_conformance.reports.calls import call_lines
from imagesearch_conformance.reports.departures import Departure
from imagesearch_conformance.reports.request_line import target_of_url
from imagesearch_conformance.reports.shared_bodies import Bodies
from imagesearch_conformance.reports.subject import Subject
from imagesearch_conformance.reports.wording import finding_text, printable, told

#: The most of a body that a result repeats, in characters, and the most cases that it names.
_BODY, _CASES = 2000, 100

#: Whose lines are shown: code hosts take a relative path for one of the repository.
_FOLDER = "spec"


def result(departure: Departure, rule: int, subject: Subject, bodies: Bodies) -> dict[str, Any]:
    """The result of one departure; `rule` is the index of its rule among those of the run."""
    requirement, finding, case = departure.requirement, departure.finding, departure.case
    places = [_location(one) for one in requirement.get("locations", [])]
    named = [{"fullyQualifiedName": requirement["id"], "kind": "member"}]
    first, *further = places or [{}]
    return {
        "ruleId": requirement["id"],
        "ruleIndex": rule,
        "kind": "fail",
        "level": _level(departure),
        "message": {"text": _message(departure)},
        "analysisTarget": {"uri": subject.uri},
        "locations": [{**first, "logicalLocations": named}],
        "relatedLocations": [
            {"id": number, "message": {"text": "The constraint."}, **one} for number, one in enumerate(further, 1)
        ],
        "partialFingerprints": {"requirement/v1": requirement["id"]},
        "properties": _properties(departure, subject),
        **({} if case is None else _exchange(case, finding, bodies)),
    }


def _level(departure: Departure) -> str:
    """What fails is an error, whatever its requirement's level; the rest says how binding it would have been."""
    if departure.requirement["outcome"] == "failed":
        return "error"
    return "note" if departure.finding["level"] == "may" else "warning"


def _message(departure: Departure) -> str:
    number = len(departure.cases)
    where = "over the whole run" if departure.case is None else f"{number} case{'s' if number > 1 else ''}"
    shows = "" if departure.case is None else f", {departure.case['id']} shows it"
    lines = [finding_text(departure.finding), *([] if departure.case is None else call_lines(departure.case))]
    return "\n".join([*lines, f"({where}{shows})"])


def _location(place: dict[str, Any]) -> dict[str, Any]:
    artifact = {"uri": quote(f"{_FOLDER}/{place['file']}"), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": place["line"]}}}


def _properties(departure: Departure, subject: Subject) -> dict[str, Any]:
    said: dict[str, Any] = {"level": departure.finding["level"], "cases": list(departure.cases[:_CASES])}
    again = "" if departure.case is None else subject.again(departure.case["id"])
    if again:
        said["replay"] = again
    return said


def _exchange(case: dict[str, Any], finding: dict[str, Any], bodies: Bodies) -> dict[str, Any]:
    """The exchange of the case that shows the finding."""
    number = finding.get("exchange", 0)
    if number >= len(case["exchanges"]):
        return {}
    shows = case["exchanges"][number]
    request, response = shows["request"], shows["response"]
    text, encoded = bodies.of_exchange(shows)
    return {
        "webRequest": {
            "protocol": "HTTP",
            "version": "1.1",
            "method": told(request["method"]),
            "target": told(target_of_url(request["url"])),
            "body": {"text": _beginning(request["body"])},
        },
        "webResponse": _response(response["status"], "(not text)" if encoded else _beginning(text)),
    }


def _response(status: int, body: str) -> dict[str, Any]:
    """A reply; where a client was given none, its status is 0 (section 3.47.7)."""
    if not status:
        return {"noResponseReceived": True}
    return {"protocol": "HTTP", "version": "1.1", "statusCode": status, "body": {"text": body}}


def _beginning(text: str) -> str:
    return printable(text if len(text) <= _BODY else f"{text[:_BODY]}... ({len(text)} characters)")
