"""The traffic of a run as an HTTP archive (HAR 1.2) for a browser's network panel, free of secrets as the report is."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import harfile
from attrs import frozen

from imagesearch_conformance.reports.document import DISTRIBUTION
from imagesearch_conformance.reports.index import ReportIndex
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.url_parts import url_query

_FORM_TYPE = "application/x-www-form-urlencoded"

#: A report holds what was asked and answered, not the version of HTTP; our own sender speaks this one.
_HTTP_VERSION = "HTTP/1.1"


@frozen
class _TrafficEntry:
    """One exchange, its body where that is shared, and the cases that it belongs to."""

    exchange: dict[str, Any]
    body: str
    is_base64: bool
    case_ids: list[str]


def render_har(report: dict[str, Any]) -> str:
    """The HAR text of a report: each exchange once, in the order in which they were sent."""
    target = io.StringIO()
    creator = harfile.Creator(DISTRIBUTION, report["suite"]["version"])
    with harfile.HarFile(target, creator=creator) as file:
        for one in sorted(_collect_entries(report), key=lambda one: one.exchange.get("sentAt", "")):
            _add_entry(file, one, report["startedAt"])
    archive = json.loads(target.getvalue())
    # Optional by the format (section "log"), and Firefox reads no archive without.
    archive["log"]["pages"] = []
    if (subject := build_subject(report)).is_client:
        replied = "what came" if subject.is_recorded else "what that replied"
        sent = "what the {} sent" if subject.is_recorded else "what the {} sent to this suite"
        archive["log"]["comment"] = f"{sent.format(subject.title)}, and {replied}"
    return json.dumps(archive) + "\n"


def _collect_entries(report: dict[str, Any]) -> Iterable[_TrafficEntry]:
    """Every exchange once: the cases that share one each hold a copy, the later ones with a reference for its body."""
    bodies = ReportIndex.from_report(report)
    found: dict[tuple[str, str], _TrafficEntry] = {}
    for case in report["cases"]:
        for exchange in case["exchanges"]:
            body, encoded = bodies.response_body(exchange)
            same = {name: exchange.get(name) for name in ("sentAt", "seconds", "request")}
            key = json.dumps([same, exchange["response"]["status"], exchange["response"]["headers"]]), body
            cases = found.setdefault(key, _TrafficEntry(exchange, body, encoded, [])).case_ids
            if case["id"] not in cases:
                cases.append(case["id"])
    return found.values()


def _add_entry(file: harfile.HarFile, entry: _TrafficEntry, default_time: str) -> None:
    milliseconds = round(entry.exchange.get("seconds", 0) * 1000, 3)
    file.add_entry(
        startedDateTime=entry.exchange.get("sentAt", default_time),
        time=milliseconds,
        request=_build_request(entry.exchange["request"]),
        response=_build_response(entry),
        # Only the whole is measured: from the first byte sent to the last received.
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
        comment=", ".join(entry.case_ids),
    )


def _build_request(request: dict[str, Any]) -> harfile.Request:
    kind = _header_value(request, "content-type")
    body = request["body"]
    form = kind.partition(";")[0].strip().lower() == _FORM_TYPE
    params = [harfile.PostParameter(name, value) for name, value in _parse_pairs(body)] if form else None
    return harfile.Request(
        method=request["method"],
        url=request["url"],
        httpVersion=_HTTP_VERSION,
        headers=_build_records(request["headers"]),
        queryString=_build_records(_parse_pairs(url_query(request["url"]))),
        postData=harfile.PostData(kind, params, body) if body else None,
        bodySize=_byte_size(body),
    )


def _build_response(entry: _TrafficEntry) -> harfile.Response:
    response = entry.exchange["response"]
    size = len(entry.body.rstrip("=")) * 3 // 4 if entry.is_base64 else _byte_size(entry.body)
    content = harfile.Content(
        size=size,
        mimeType=_header_value(response, "content-type") or "x-unknown",
        text=entry.body,
        encoding="base64" if entry.is_base64 else None,
        comment="only the beginning is kept" if response["truncated"] else None,
    )
    return harfile.Response(
        status=response["status"],
        statusText=_reason_phrase(response["status"]),
        httpVersion=_HTTP_VERSION,
        headers=_build_records(response["headers"]),
        content=content,
        redirectURL=_header_value(response, "location"),
        bodySize=-1 if response["truncated"] else size,
    )


def _build_records(pairs: Iterable[Iterable[str]]) -> list[harfile.Record]:
    return [harfile.Record(name, value) for name, value in pairs]


def _parse_pairs(text: str) -> list[tuple[str, str]]:
    """The pairs of a query or form; all of them: what breaks a rule is there to be seen."""
    return parse_qsl(text, keep_blank_values=True)


def _byte_size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _header_value(message: dict[str, Any], name: str) -> str:
    found: str = next((value for key, value in message["headers"] if key.lower() == name), "")
    return found


def _reason_phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
