"""Reading of the exchanges of a report: repeated entries of one exchange become one exchange again."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import define, field, frozen

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.redaction import REDACTED
from imagesearch_conformance.reports.exchange_writer import BODY_KEYS, ExchangeRef

#: Maximum duration of an exchange in seconds, and the years in which it may have been made.
_MAX_SECONDS, _VALID_YEARS = 10**6, range(1970, 9000)


@frozen(eq=False)
class StoredExchange:
    """An exchange of a report.

    `signature_defects` were observed before redaction. `is_complete` means that the response is stored as
    far as it was judged, `is_redacted` that a secret was redacted in it. `at_other_endpoint` means that
    the request went to the endpoint that a client was redirected to.
    """

    exchange: Exchange
    signature_defects: frozenset[str]
    is_complete: bool
    is_redacted: bool
    at_other_endpoint: bool = False


@define
class ExchangeReader:
    """Reads the exchanges of a report in their order.

    `other_endpoint` is the one that clients may be redirected to. `changed_copies` are the positions of
    repeated entries that differ from their originals.
    """

    endpoint: str
    other_endpoint: str | None = None
    changed_copies: list[str] = field(factory=list, init=False)
    _by_reference: dict[str, tuple[Mapping[str, Any], StoredExchange]] = field(factory=dict, init=False)

    def parse_exchanges(self, owner: ExchangeRef, entries: Sequence[dict[str, Any]]) -> tuple[StoredExchange, ...]:
        """Return the exchanges of one owner; raises InvalidInput for an invalid one."""
        return tuple(self._resolve_exchange(owner | {"exchange": index}, entry) for index, entry in enumerate(entries))

    def _resolve_exchange(self, ref: ExchangeRef, data: dict[str, Any]) -> StoredExchange:
        original_ref = data.get("sameAs")
        if original_ref is None and "bodyRef" in data["response"]:
            raise InvalidInput("the body refers to another exchange, but the exchange does not", _reference_key(ref))
        if original_ref is None:
            stored = self._parse_exchange(ref, data)
            self._by_reference[_reference_key(ref)] = data, stored
            return stored
        if _reference_key(original_ref) not in self._by_reference:
            raise InvalidInput(f"no exchange {_reference_key(original_ref)} before this one", _reference_key(ref))
        original, stored = self._by_reference[_reference_key(original_ref)]
        if not _is_same_exchange(data, original):
            self.changed_copies.append(_reference_key(ref))
        return stored

    def _parse_exchange(self, ref: ExchangeRef, data: dict[str, Any]) -> StoredExchange:
        try:
            exchange = Exchange(
                self._parse_request(data["request"]), _parse_response(data["response"]), *_parse_times(data)
            )
        except (ValueError, KeyError) as problem:
            raise InvalidInput(f"invalid exchange: {problem}", _reference_key(ref)) from None
        response = data["response"]
        return StoredExchange(
            exchange,
            signature_defects=frozenset(data.get("signatureDefects", ())),
            is_complete=bool(response.get("readTruncated")) or not response["truncated"],
            is_redacted=REDACTED in "".join(_response_texts(exchange.response)),
            at_other_endpoint=self._match_endpoint(data["request"]["url"]) != self.endpoint,
        )

    def _parse_request(self, data: dict[str, Any]) -> WireRequest:
        url: str = data["url"]
        target = url.removeprefix(self._match_endpoint(url))
        return WireRequest(data["method"], target, _parse_pairs(data["headers"]), data["body"].encode("utf-8"))

    def _match_endpoint(self, url: str) -> str:
        if self.other_endpoint is not None and url.startswith(self.other_endpoint):
            return self.other_endpoint
        # The request target of a client may not be a path.
        if not url.startswith(f"{self.endpoint}/" if self.other_endpoint is None else self.endpoint):
            raise ValueError(f"expected a URL of the endpoint {self.endpoint}")
        return self.endpoint


def _is_same_exchange(copy: dict[str, Any], original: Mapping[str, Any]) -> bool:
    """Return True if a copy equals its original; it may refer to the body instead of repeating it."""
    original_ref, response = copy["sameAs"], dict(copy["response"])
    if response.pop("bodyRef", original_ref) != original_ref:
        return False
    bodies = {name: value for name, value in original["response"].items() if name in BODY_KEYS}
    content = {name: value for name, value in copy.items() if name != "sameAs"}
    return content | {"response": bodies | response} == original


def _reference_key(ref: ExchangeRef) -> str:
    return json.dumps(ref, sort_keys=True)


def _parse_response(data: dict[str, Any]) -> WireResponse:
    text = data.get("body")
    body = base64.b64decode(data["bodyBase64"], validate=True) if text is None else text.encode("utf-8")
    return WireResponse(data["status"], _parse_pairs(data["headers"]), body, bool(data.get("readTruncated")))


def _parse_times(data: dict[str, Any]) -> tuple[datetime, float]:
    """Return the time of sending and the duration in seconds."""
    sent_at = datetime.strptime(data["sentAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    seconds = data["seconds"]
    if sent_at.year not in _VALID_YEARS or not (math.isfinite(seconds) and seconds <= _MAX_SECONDS):
        raise ValueError("time or duration out of range")
    return sent_at, seconds


def _parse_pairs(data: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in data)


def _response_texts(response: WireResponse) -> Iterator[str]:
    yield response.body.decode("utf-8", "replace")
    yield from (value for _, value in response.headers)
