"""Reads HTTP archives (HAR 1.2), tolerant of what browsers and proxies leave out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import evolve

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireReply
from imagesearch_conformance.recordings.bodies import body_of_reply
from imagesearch_conformance.recordings.messages import Unreadable, headers_of, request_of
from imagesearch_conformance.recordings.pieces import duration, moment, status, table, text
from imagesearch_conformance.recordings.recorded import Archive, Recorded

#: Stands where an archive does not say when something was sent.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)

_HINT = "export one from a browser's network panel, or with `mitmdump --set hardump=FILE`"

#: The marks of an entry that never left a browser.
_CACHED = frozenset({"disk", "memory", "prefetch"})


def read_archive(raw: bytes, where: str) -> Archive:
    """The entries of an archive; raises BadInput for what is none."""
    entries, creator = _entries(_document(raw, where), where)
    found: list[Recorded] = []
    unreadable: list[tuple[int, str]] = []
    seen: set[Any] = set()
    cached = repeated = 0
    for number, entry in enumerate(entries, 1):
        if isinstance(entry, Mapping) and text(entry.get("_fromCache")) in _CACHED:
            cached += 1
            continue
        try:
            one = _recorded(number, entry)
        except Unreadable as problem:
            unreadable.append((number, str(problem)))
            continue
        same = (one.exchange.request, one.exchange.reply, one.exchange.sent_at, one.exchange.seconds)
        if one.timed and same in seen:
            repeated += 1
            continue
        seen.add(same)
        found.append(one)
    return Archive(_in_time(found), tuple(unreadable), repeated, cached, creator)


def _document(raw: bytes, where: str) -> Any:
    try:
        return json.loads(raw)
    except UnicodeDecodeError as problem:
        raise BadInput(f"the recording cannot be read: {problem}", where, _HINT) from None
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"the recording is not JSON: {problem}", where, "was it written to its end?") from None


def _entries(document: Any, where: str) -> tuple[Sequence[Any], str]:
    log = table(table(document).get("log"))
    entries = log.get("entries")
    if not isinstance(entries, list):
        raise BadInput("this is no HTTP archive (HAR): it has no log with entries", where, _HINT)
    creator = table(log.get("creator"))
    return entries, f"{text(creator.get('name'))} {text(creator.get('version'))}".strip()


def _recorded(number: int, entry: Any) -> Recorded:
    if not isinstance(entry, Mapping):
        raise Unreadable("it is no object")
    origin, request, exact = request_of(table(entry.get("request")))
    started = moment(entry.get("startedDateTime"))
    reply, gap, headed = _reply(table(entry.get("response")))
    exchange = Exchange(request, reply, started or _UNKNOWN, duration(entry.get("time")))
    return Recorded(number, origin, exchange, started is not None, exact, headed, gap)


def _reply(response: Mapping[str, Any]) -> tuple[WireReply, str | None, bool]:
    """A reply, why it cannot be judged, and whether its headers are there."""
    code = status(response.get("status"))
    if code is None:
        return WireReply(0), "no reply is recorded", False
    headers = headers_of(response.get("headers"))
    content = table(response.get("content"))
    body, gap = body_of_reply(content, headers, code)
    reply = WireReply(code, headers, body)
    declared = text(content.get("mimeType"))
    if headers or not declared or declared == "x-unknown":
        return reply, gap, bool(headers)
    return evolve(reply, headers=(("content-type", declared),)), gap, True


def _in_time(found: list[Recorded]) -> tuple[Recorded, ...]:
    """The entries in the order in which they were sent, where all say when that was; else as they stand."""
    return tuple(sorted(found, key=lambda one: one.exchange.sent_at)) if all(one.timed for one in found) else (*found,)
