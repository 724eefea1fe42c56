"""Read HTTP archives (HAR 1.2), tolerant of what browsers and proxies leave out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.wire import Exchange, WireResponse
from imagesearch_conformance.recordings.har_messages import (
    UnreadableEntry,
    mapping_or_empty,
    parse_har_request,
    parse_headers,
    parse_response_body,
    parse_seconds,
    parse_status,
    parse_time,
    text_or_empty,
)


@frozen(eq=False)
class HarEntry:
    """An entry of an archive; `number` counts from 1, `origin` is scheme, host and port.

    `has_exact_request` tells whether the request has the bytes that were sent, as far as an archive can have them.
    `unusable_reason` is the reason why the response cannot be judged.
    """

    number: int
    origin: str
    exchange: Exchange
    has_time: bool = True
    has_exact_request: bool = True
    has_response_headers: bool = True
    unusable_reason: str | None = None


@frozen
class HarFile:
    """The readable entries of a file, the unreadable ones by number and reason, and the tool that wrote the file.

    `repeated_count` counts copies of other entries, `cached_count` those that a browser served from a cache.
    """

    entries: tuple[HarEntry, ...]
    unreadable: tuple[tuple[int, str], ...] = ()
    repeated_count: int = 0
    cached_count: int = 0
    creator: str = ""

    @property
    def entry_count(self) -> int:
        return len(self.entries) + len(self.unreadable) + self.repeated_count + self.cached_count


@frozen
class RecordingSummary:
    """The name of a recording, the tool that wrote it, and its entries by what became of them.

    `judged` counts calls of the operation to the endpoint, `other_endpoints` calls to other endpoints,
    `other_requests` other requests and cached ones, `unreadable` entries without an HTTP exchange, `duplicates` copies
    of other entries.
    """

    name: str
    creator: str
    entries: int
    judged: int
    other_endpoints: int
    other_requests: int
    unreadable: int
    duplicates: int


#: For entries without a time.
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)

_EXPORT_HINT = "export one from a browser's network panel, or with `mitmdump --set hardump=FILE`"

#: Values of `_fromCache`: a browser served the entry from a cache.
_CACHE_MARKS = frozenset({"disk", "memory", "prefetch"})


def parse_har(raw: bytes, where: str) -> HarFile:
    """Read an archive; raises `InvalidInput` for anything else."""
    entries, creator = _parse_log(_parse_json(raw, where), where)
    readable: list[HarEntry] = []
    unreadable: list[tuple[int, str]] = []
    seen: set[Any] = set()
    cached = repeated = 0
    for number, record in enumerate(entries, 1):
        if isinstance(record, Mapping) and text_or_empty(record.get("_fromCache")) in _CACHE_MARKS:
            cached += 1
            continue
        try:
            entry = _parse_entry(number, record)
        except UnreadableEntry as error:
            unreadable.append((number, str(error)))
            continue
        exchange = entry.exchange
        identity = (exchange.request, exchange.response, exchange.sent_at, exchange.seconds)
        if entry.has_time and identity in seen:
            repeated += 1
            continue
        seen.add(identity)
        readable.append(entry)
    return HarFile(_sort_by_time(readable), tuple(unreadable), repeated, cached, creator)


def _parse_json(raw: bytes, where: str) -> Any:
    try:
        return json.loads(raw)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the recording is not UTF-8: {error}", where, _EXPORT_HINT) from None
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the recording is not JSON: {error}", where, "the file may be truncated") from None


def _parse_log(document: Any, where: str) -> tuple[Sequence[Any], str]:
    log = mapping_or_empty(mapping_or_empty(document).get("log"))
    entries = log.get("entries")
    if not isinstance(entries, list):
        raise InvalidInput("invalid HTTP archive (HAR): expected log.entries, a list", where, _EXPORT_HINT)
    creator = mapping_or_empty(log.get("creator"))
    return entries, f"{text_or_empty(creator.get('name'))} {text_or_empty(creator.get('version'))}".strip()


def _parse_entry(number: int, record: Any) -> HarEntry:
    if not isinstance(record, Mapping):
        raise UnreadableEntry("expected an object")
    origin, request, is_exact = parse_har_request(mapping_or_empty(record.get("request")))
    sent_at = parse_time(record.get("startedDateTime"))
    response, unusable_reason, has_headers = _parse_response(mapping_or_empty(record.get("response")))
    exchange = Exchange(request, response, sent_at or _UNKNOWN_TIME, parse_seconds(record.get("time")))
    return HarEntry(number, origin, exchange, sent_at is not None, is_exact, has_headers, unusable_reason)


def _parse_response(record: Mapping[str, Any]) -> tuple[WireResponse, str | None, bool]:
    """The response, the reason why it cannot be judged, and whether it has headers."""
    status = parse_status(record.get("status"))
    if status is None:
        return WireResponse(0), "the recording has no response", False
    headers = parse_headers(record.get("headers"))
    content = mapping_or_empty(record.get("content"))
    body, unusable_reason = parse_response_body(content, headers, status)
    media_type = text_or_empty(content.get("mimeType"))
    if not headers and media_type and media_type != "x-unknown":
        headers = (("content-type", media_type),)
    return WireResponse(status, headers, body), unusable_reason, bool(headers)


def _sort_by_time(entries: list[HarEntry]) -> tuple[HarEntry, ...]:
    """Sort entries by time if all have one."""
    if not all(entry.has_time for entry in entries):
        return tuple(entries)
    return tuple(sorted(entries, key=lambda entry: entry.exchange.sent_at))
