"""Reads HTTP archives (HAR 1.2), tolerant of what browsers and proxies leave out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import evolve

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.wire import Exchange, WireResponse
from imagesearch_conformance.recordings.har_bodies import parse_response_body
from imagesearch_conformance.recordings.har_requests import UnreadableEntry, parse_har_request, parse_headers
from imagesearch_conformance.recordings.har_values import (
    mapping_or_empty,
    parse_seconds,
    parse_status,
    parse_time,
    text_or_empty,
)
from imagesearch_conformance.recordings.model import HarEntry, HarFile

#: Stands where an archive does not say when something was sent.
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)

_EXPORT_HINT = "export one from a browser's network panel, or with `mitmdump --set hardump=FILE`"

#: The marks of an entry that never left a browser.
_CACHE_MARKS = frozenset({"disk", "memory", "prefetch"})


def parse_har(raw: bytes, where: str) -> HarFile:
    """The entries of an archive; raises BadInput for what is none."""
    entries, creator = _parse_log(_parse_json(raw, where), where)
    found: list[HarEntry] = []
    unreadable: list[tuple[int, str]] = []
    seen: set[Any] = set()
    cached = repeated = 0
    for number, entry in enumerate(entries, 1):
        if isinstance(entry, Mapping) and text_or_empty(entry.get("_fromCache")) in _CACHE_MARKS:
            cached += 1
            continue
        try:
            one = _parse_entry(number, entry)
        except UnreadableEntry as problem:
            unreadable.append((number, str(problem)))
            continue
        same = (one.exchange.request, one.exchange.response, one.exchange.sent_at, one.exchange.seconds)
        if one.has_time and same in seen:
            repeated += 1
            continue
        seen.add(same)
        found.append(one)
    return HarFile(_sort_by_time(found), tuple(unreadable), repeated, cached, creator)


def _parse_json(raw: bytes, where: str) -> Any:
    try:
        return json.loads(raw)
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"the recording cannot be read: {problem}", where, _EXPORT_HINT) from None
    except (ValueError, RecursionError) as problem:
        raise InvalidInput(f"the recording is not JSON: {problem}", where, "was it written to its end?") from None


def _parse_log(document: Any, where: str) -> tuple[Sequence[Any], str]:
    log = mapping_or_empty(mapping_or_empty(document).get("log"))
    entries = log.get("entries")
    if not isinstance(entries, list):
        raise InvalidInput("this is no HTTP archive (HAR): it has no log with entries", where, _EXPORT_HINT)
    creator = mapping_or_empty(log.get("creator"))
    return entries, f"{text_or_empty(creator.get('name'))} {text_or_empty(creator.get('version'))}".strip()


def _parse_entry(number: int, entry: Any) -> HarEntry:
    if not isinstance(entry, Mapping):
        raise UnreadableEntry("it is no object")
    origin, request, exact = parse_har_request(mapping_or_empty(entry.get("request")))
    started = parse_time(entry.get("startedDateTime"))
    reply, gap, headed = _parse_response(mapping_or_empty(entry.get("response")))
    exchange = Exchange(request, reply, started or _UNKNOWN_TIME, parse_seconds(entry.get("time")))
    return HarEntry(number, origin, exchange, started is not None, exact, headed, gap)


def _parse_response(response: Mapping[str, Any]) -> tuple[WireResponse, str | None, bool]:
    """A reply, why it cannot be judged, and whether its headers are there."""
    code = parse_status(response.get("status"))
    if code is None:
        return WireResponse(0), "no reply is recorded", False
    headers = parse_headers(response.get("headers"))
    content = mapping_or_empty(response.get("content"))
    body, gap = parse_response_body(content, headers, code)
    reply = WireResponse(code, headers, body)
    declared = text_or_empty(content.get("mimeType"))
    if headers or not declared or declared == "x-unknown":
        return reply, gap, bool(headers)
    return evolve(reply, headers=(("content-type", declared),)), gap, True


def _sort_by_time(entries: list[HarEntry]) -> tuple[HarEntry, ...]:
    """The entries in the order in which they were sent, where all say when that was; else as they stand."""
    return (
        tuple(sorted(entries, key=lambda one: one.exchange.sent_at))
        if all(one.has_time for one in entries)
        else (*entries,)
    )
