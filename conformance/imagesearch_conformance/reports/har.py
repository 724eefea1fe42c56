"""The exchanges of a run as an HTTP archive (HAR 1.2) for a browser's network panel, free of secrets."""

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
from imagesearch_conformance.reports.subject import build_subject, url_query

_FORM_TYPE = "application/x-www-form-urlencoded"

#: A report does not store the version of HTTP; our sender uses this one.
_HTTP_VERSION = "HTTP/1.1"


@frozen
class _TrafficEntry:
    """One exchange with its response body and the cases that it belongs to."""

    exchange: dict[str, Any]
    body: str
    is_base64: bool
    case_ids: list[str]


def render_har(report: dict[str, Any]) -> str:
    """Return the HAR text of a report: each exchange once, in the order of sending."""
    target = io.StringIO()
    creator = harfile.Creator(DISTRIBUTION, report["suite"]["version"])
    with harfile.HarFile(target, creator=creator) as file:
        for entry in sorted(_collect_entries(report), key=lambda entry: entry.exchange.get("sentAt", "")):
            _add_entry(file, entry, report["startedAt"])
    archive = json.loads(target.getvalue())
    # Optional in the format (section "log"), but required by Firefox.
    archive["log"]["pages"] = []
    if (subject := build_subject(report)).is_client:
        server = "" if subject.is_recorded else " of the test server"
        archive["log"]["comment"] = f"requests of the {subject.title} and responses{server}"
    return json.dumps(archive) + "\n"


def _collect_entries(report: dict[str, Any]) -> Iterable[_TrafficEntry]:
    """Return every exchange once: each case stores a copy, later ones with a reference to the body."""
    index = ReportIndex.from_report(report)
    entries: dict[tuple[str, str], _TrafficEntry] = {}
    for case in report["cases"]:
        for exchange in case["exchanges"]:
            body, is_base64 = index.response_body(exchange)
            request = {name: exchange.get(name) for name in ("sentAt", "seconds", "request")}
            key = json.dumps([request, exchange["response"]["status"], exchange["response"]["headers"]]), body
            case_ids = entries.setdefault(key, _TrafficEntry(exchange, body, is_base64, [])).case_ids
            if case["id"] not in case_ids:
                case_ids.append(case["id"])
    return entries.values()


def _add_entry(file: harfile.HarFile, entry: _TrafficEntry, default_time: str) -> None:
    milliseconds = round(entry.exchange.get("seconds", 0) * 1000, 3)
    file.add_entry(
        startedDateTime=entry.exchange.get("sentAt", default_time),
        time=milliseconds,
        request=_build_request(entry.exchange["request"]),
        response=_build_response(entry),
        # Only the total is measured: from the first byte sent to the last received.
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
        comment=", ".join(entry.case_ids),
    )


def _build_request(request: dict[str, Any]) -> harfile.Request:
    content_type = _header_value(request, "content-type")
    body = request["body"]
    is_form = content_type.partition(";")[0].strip().lower() == _FORM_TYPE
    params = [harfile.PostParameter(name, value) for name, value in _parse_pairs(body)] if is_form else None
    return harfile.Request(
        method=request["method"],
        url=request["url"],
        httpVersion=_HTTP_VERSION,
        headers=_build_records(request["headers"]),
        queryString=_build_records(_parse_pairs(url_query(request["url"]))),
        postData=harfile.PostData(content_type, params, body) if body else None,
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
        comment="truncated" if response["truncated"] else None,
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
    """Return all pairs of a query or form, repeated and empty ones too."""
    return parse_qsl(text, keep_blank_values=True)


def _byte_size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _header_value(message: dict[str, Any], name: str) -> str:
    value: str = next((value for key, value in message["headers"] if key.lower() == name), "")
    return value


def _reason_phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
