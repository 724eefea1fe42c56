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
from imagesearch_conformance.reports.request_line import query_of
from imagesearch_conformance.reports.shared_bodies import Bodies
from imagesearch_conformance.reports.subject import subject_of

_FORM = "application/x-www-form-urlencoded"

#: A report holds what was asked and answered, not the version of HTTP; our own sender speaks this one.
_VERSION = "HTTP/1.1"


@frozen
class _Traffic:
    """One exchange, its body where that is shared, and the cases that it belongs to."""

    exchange: dict[str, Any]
    body: str
    encoded: bool
    cases: list[str]


def har(document: dict[str, Any]) -> str:
    """The HAR text of a report: each exchange once, in the order in which they were sent."""
    target = io.StringIO()
    creator = harfile.Creator(DISTRIBUTION, document["suite"]["version"])
    with harfile.HarFile(target, creator=creator) as file:
        for one in sorted(_traffic(document), key=lambda one: one.exchange.get("sentAt", "")):
            _add(file, one, document["startedAt"])
    archive = json.loads(target.getvalue())
    # Optional by the format (section "log"), and Firefox reads no archive without.
    archive["log"]["pages"] = []
    if (subject := subject_of(document)).client:
        replied = "what came" if subject.recorded else "what that replied"
        sent = "what the {} sent" if subject.recorded else "what the {} sent to this suite"
        archive["log"]["comment"] = f"{sent.format(subject.title)}, and {replied}"
    return json.dumps(archive) + "\n"


def _traffic(document: dict[str, Any]) -> Iterable[_Traffic]:
    """Every exchange once: the cases that share one each hold a copy, the later ones with a reference for its body."""
    bodies = Bodies.of(document)
    found: dict[tuple[str, str], _Traffic] = {}
    for case in document["cases"]:
        for exchange in case["exchanges"]:
            body, encoded = bodies.of_exchange(exchange)
            same = {name: exchange.get(name) for name in ("sentAt", "seconds", "request")}
            key = json.dumps([same, exchange["response"]["status"], exchange["response"]["headers"]]), body
            cases = found.setdefault(key, _Traffic(exchange, body, encoded, [])).cases
            if case["id"] not in cases:
                cases.append(case["id"])
    return found.values()


def _add(file: harfile.HarFile, one: _Traffic, otherwise: str) -> None:
    milliseconds = round(one.exchange.get("seconds", 0) * 1000, 3)
    file.add_entry(
        startedDateTime=one.exchange.get("sentAt", otherwise),
        time=milliseconds,
        request=_request(one.exchange["request"]),
        response=_response(one),
        # Only the whole is measured: from the first byte sent to the last received.
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
        comment=", ".join(one.cases),
    )


def _request(request: dict[str, Any]) -> harfile.Request:
    kind = _header(request, "content-type")
    body = request["body"]
    form = kind.partition(";")[0].strip().lower() == _FORM
    params = [harfile.PostParameter(name, value) for name, value in _pairs(body)] if form else None
    return harfile.Request(
        method=request["method"],
        url=request["url"],
        httpVersion=_VERSION,
        headers=_records(request["headers"]),
        queryString=_records(_pairs(query_of(request["url"]))),
        postData=harfile.PostData(kind, params, body) if body else None,
        bodySize=_size(body),
    )


def _response(one: _Traffic) -> harfile.Response:
    response = one.exchange["response"]
    size = len(one.body.rstrip("=")) * 3 // 4 if one.encoded else _size(one.body)
    content = harfile.Content(
        size=size,
        mimeType=_header(response, "content-type") or "x-unknown",
        text=one.body,
        encoding="base64" if one.encoded else None,
        comment="only the beginning is kept" if response["truncated"] else None,
    )
    return harfile.Response(
        status=response["status"],
        statusText=_phrase(response["status"]),
        httpVersion=_VERSION,
        headers=_records(response["headers"]),
        content=content,
        redirectURL=_header(response, "location"),
        bodySize=-1 if response["truncated"] else size,
    )


def _records(pairs: Iterable[Iterable[str]]) -> list[harfile.Record]:
    return [harfile.Record(name, value) for name, value in pairs]


def _pairs(text: str) -> list[tuple[str, str]]:
    """The pairs of a query or form; all of them: what breaks a rule is there to be seen."""
    return parse_qsl(text, keep_blank_values=True)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _header(message: dict[str, Any], name: str) -> str:
    found: str = next((value for key, value in message["headers"] if key.lower() == name), "")
    return found


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
