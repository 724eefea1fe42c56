"""Exchanges as a report stores them, read back: what was one exchange is one again."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import define, field, frozen

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.redaction import REDACTED
from imagesearch_conformance.reports.exchange_writer import BODY_KEYS, ExchangeRef

#: The longest that an exchange may have taken, in seconds, and the years in which it may have been made.
_MAX_SECONDS, _VALID_YEARS = 10**6, range(1970, 9000)


@frozen(eq=False)
class StoredExchange:
    """An exchange of a report.

    `defects` are those of its signature, as they were seen when it was sent. `whole` says whether the
    reply is stored as far as it was judged, `redacted` whether a secret was taken out of it. What is `astray`
    came to the other host that a client was sent to.
    """

    exchange: Exchange
    signature_defects: frozenset[str]
    is_complete: bool
    is_redacted: bool
    at_other_endpoint: bool = False


@define
class ExchangeReader:
    """Reads the exchanges of a report in the order in which they stand.

    `elsewhere` is the other host of a client. `changed` are places where a copy of an exchange is not what it is
    a copy of.
    """

    endpoint: str
    other_endpoint: str | None = None
    changed_copies: list[str] = field(factory=list, init=False)
    _by_reference: dict[str, tuple[Mapping[str, Any], StoredExchange]] = field(factory=dict, init=False)

    def parse_exchanges(self, owner: ExchangeRef, entries: Sequence[dict[str, Any]]) -> tuple[StoredExchange, ...]:
        """The exchanges that stand at a place; raises BadInput where they are none."""
        return tuple(self._resolve_exchange(owner | {"exchange": index}, one) for index, one in enumerate(entries))

    def _resolve_exchange(self, ref: ExchangeRef, data: dict[str, Any]) -> StoredExchange:
        again = data.get("again")
        if again is None and "bodyOf" in data["response"]:
            raise InvalidInput(
                "a body is said to be that of another exchange, and the exchange is not", _reference_key(ref)
            )
        if again is None:
            self._by_reference[_reference_key(ref)] = data, self._parse_exchange(ref, data)
            return self._by_reference[_reference_key(ref)][1]
        if _reference_key(again) not in self._by_reference:
            raise InvalidInput(f"there is no exchange {_reference_key(again)} before this one", _reference_key(ref))
        original, stored = self._by_reference[_reference_key(again)]
        if not _is_same_exchange(data, original):
            self.changed_copies.append(_reference_key(ref))
        return stored

    def _parse_exchange(self, ref: ExchangeRef, data: dict[str, Any]) -> StoredExchange:
        try:
            exchange = Exchange(
                self._parse_request(data["request"]), _parse_response(data["response"]), *_parse_times(data)
            )
        except (ValueError, KeyError) as problem:
            raise InvalidInput(f"this is no exchange: {problem}", _reference_key(ref)) from None
        response = data["response"]
        whole = bool(response.get("overlong")) or not response["truncated"]
        defects = frozenset(data.get("signatureDefects", ()))
        astray = self._match_endpoint(data["request"]["url"]) != self.endpoint
        return StoredExchange(exchange, defects, whole, REDACTED in "".join(_response_texts(exchange.response)), astray)

    def _parse_request(self, data: dict[str, Any]) -> WireRequest:
        url: str = data["url"]
        target = url.removeprefix(self._match_endpoint(url))
        return WireRequest(data["method"], target, _parse_pairs(data["headers"]), data["body"].encode("utf-8"))

    def _match_endpoint(self, url: str) -> str:
        if self.other_endpoint is not None and url.startswith(self.other_endpoint):
            return self.other_endpoint
        # What a client sends may be no path.
        if not url.startswith(f"{self.endpoint}/" if self.other_endpoint is None else self.endpoint):
            raise ValueError("it was sent to another endpoint than the target's")
        return self.endpoint


def _is_same_exchange(copy: dict[str, Any], original: Mapping[str, Any]) -> bool:
    """Whether a copy says the same; instead of the body it may say whose it is."""
    again, response = copy["again"], dict(copy["response"])
    if response.pop("bodyOf", again) != again:
        return False
    bodies = {name: value for name, value in original["response"].items() if name in BODY_KEYS}
    said = {name: value for name, value in copy.items() if name != "again"}
    return said | {"response": bodies | response} == original


def _reference_key(ref: ExchangeRef) -> str:
    return json.dumps(ref, sort_keys=True)


def _parse_response(data: dict[str, Any]) -> WireResponse:
    if "body" in data:
        body = data["body"].encode("utf-8")
    else:
        body = base64.b64decode(data["bodyBase64"], validate=True)
    return WireResponse(data["status"], _parse_pairs(data["headers"]), body, bool(data.get("overlong")))


def _parse_times(data: dict[str, Any]) -> tuple[datetime, float]:
    """When it was sent, and how long it took."""
    sent = datetime.strptime(data["sentAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    seconds = data["seconds"]
    if sent.year not in _VALID_YEARS or not (math.isfinite(seconds) and seconds <= _MAX_SECONDS):
        raise ValueError("nothing was sent then, or took so long")
    return sent, seconds


def _parse_pairs(data: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in data)


def _response_texts(response: WireResponse) -> Iterator[str]:
    yield response.body.decode("utf-8", "replace")
    yield from (value for _, value in response.headers)
