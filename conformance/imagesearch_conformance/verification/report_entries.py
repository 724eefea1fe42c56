"""The entries of a report, read back: exchanges, cases, generated and rate-limited requests, known deviations.

Repeated entries of one exchange become one exchange again.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from attrs import define, field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.redaction import REDACTED
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.exchange_writer import BODY_KEYS, ExchangeRef
from imagesearch_conformance.reports.index import reported_deviations
from imagesearch_conformance.reports.serialization import deserialize_case
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.settings.target import normalize_endpoint

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


_OLD_VERSION_HINT = "the report is from an older version"


@frozen
class ReportEntry:
    """A case of a report: its entry, the case itself and its exchanges.

    `accepted_outcomes` replaces the outcomes of the case's expectation.
    """

    data: Mapping[str, Any]
    case: Case
    stored_exchanges: tuple[StoredExchange, ...]
    accepted_outcomes: tuple[str, ...] | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(stored.exchange for stored in self.stored_exchanges)

    @property
    def reason(self) -> str | None:
        reason: str | None = self.data["reason"]
        return reason


@frozen
class GeneratedEntry:
    """A generated request with its source; `entry` is None if it is one of the cases."""

    source: str
    case_id: str
    entry: ReportEntry | None


@frozen
class ReportEntries:
    """All entries of a report that can be judged again; `changed_copies` are positions of faulty repetitions."""

    cases: tuple[ReportEntry, ...]
    generated: tuple[GeneratedEntry, ...]
    rate_limited_exchanges: tuple[tuple[Case, StoredExchange], ...]
    changed_copies: tuple[str, ...]

    @property
    def all_entries(self) -> Iterator[ReportEntry]:
        """The entries of cases and of generated requests."""
        yield from self.cases
        yield from (example.entry for example in self.generated if example.entry is not None)

    @property
    def stored_exchanges(self) -> Iterator[tuple[str, StoredExchange]]:
        """Every exchange with the id of its case."""
        yield from ((entry.case.id, stored) for entry in self.all_entries for stored in entry.stored_exchanges)
        yield from ((case.id, stored) for case, stored in self.rate_limited_exchanges)

    def signature_defects(self) -> RecordedDefects:
        """Return the defects of signatures as observed before redaction."""
        return RecordedDefects(
            {id(stored.exchange.request): stored.signature_defects for _, stored in self.stored_exchanges}
        )


@frozen
class RecordedDefects:
    """Finds the recorded defects of a signature; by identity, since redacted requests may be equal."""

    by_request_identity: Mapping[int, frozenset[str]]

    def __call__(self, _contract: Contract, _target: Target, request: WireRequest, _now: datetime) -> frozenset[str]:
        return self.by_request_identity[id(request)]


def parse_entries(report: dict[str, Any]) -> ReportEntries:
    """Return the entries of a report that fits its schema; raises InvalidInput for invalid ones."""
    if "unassignedExchanges" not in report:
        raise InvalidInput("the report does not store all exchanges", "unassignedExchanges", _OLD_VERSION_HINT)
    reader = _build_reader(report)
    cases = tuple(_parse_entry(case["id"], case, {"case": case["id"]}, reader) for case in report["cases"])
    _check_unique(entry.case.id for entry in cases)
    unassigned = report["unassignedExchanges"]
    generated = tuple(_parse_generated(data, index, reader) for index, data in enumerate(unassigned["generated"]))
    cases_by_id = {entry.case.id: entry.case for entry in cases}
    for example in generated:
        if example.entry is not None:
            cases_by_id.setdefault(example.case_id, example.entry.case)
        elif example.case_id not in cases_by_id:
            raise InvalidInput("unknown case", f"unassignedExchanges: {example.case_id}")
    rate_limited = tuple(
        _parse_rate_limited(data, index, cases_by_id, reader) for index, data in enumerate(unassigned["rateLimited"])
    )
    return ReportEntries(cases, generated, rate_limited, tuple(reader.changed_copies))


def _build_reader(report: dict[str, Any]) -> ExchangeReader:
    target = report["target"]
    endpoint = normalize_endpoint(target["endpoint"], "target: endpoint")
    if not is_client(report):
        return ExchangeReader(endpoint)
    if "otherEndpoint" not in target:
        raise InvalidInput("the report does not store the endpoint of redirects", "target", _OLD_VERSION_HINT)
    return ExchangeReader(endpoint, normalize_endpoint(target["otherEndpoint"], "target: otherEndpoint"))


def _check_unique(case_ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for case_id in case_ids:
        if case_id in seen:
            raise InvalidInput(f"duplicate case {case_id!r}", "cases")
        seen.add(case_id)


def _parse_entry(case_id: str, data: dict[str, Any], owner: dict[str, Any], reader: ExchangeReader) -> ReportEntry:
    if "attempts" not in data:
        raise InvalidInput("the report does not store the number of attempts", case_id)
    case = _parse_case(case_id, data)
    if not case.requirements:
        raise InvalidInput("the case has no requirement", case_id)
    return ReportEntry(data, case, reader.parse_exchanges(owner, data["exchanges"]))


def _parse_case(case_id: str, data: dict[str, Any]) -> Case:
    if "definition" not in data:
        raise InvalidInput("the report does not store the definition of the case", case_id)
    case = deserialize_case(data["definition"], case_id)
    if case.id != case_id:
        raise InvalidInput(f"the definition is that of case {case.id!r}", case_id)
    return case


def _parse_generated(data: dict[str, Any], index: int, reader: ExchangeReader) -> GeneratedEntry:
    case_id = data["case"]
    entry = _parse_entry(case_id, data, {"generated": index}, reader) if "outcome" in data else None
    return GeneratedEntry(data["source"], case_id, entry)


def _parse_rate_limited(
    data: dict[str, Any], index: int, cases_by_id: Mapping[str, Case], reader: ExchangeReader
) -> tuple[Case, StoredExchange]:
    case_id = data["case"]
    case = cases_by_id[case_id] if case_id in cases_by_id else _parse_case(case_id, data)
    (stored,) = reader.parse_exchanges({"rateLimited": index}, [data["exchange"]])
    return case, stored


def start_date(report: dict[str, Any]) -> date:
    """Return the day (UTC) on which the run started; raises InvalidInput for an invalid time."""
    return _parse_date(lambda: datetime.strptime(report["startedAt"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).date())


def restore_deviations(report: dict[str, Any], contract: Contract) -> tuple[Deviation, ...]:
    """Return the known deviations from requirements of the contract."""
    deviations = map(_restore_deviation, reported_deviations(report))
    return tuple(deviation for deviation in deviations if deviation.requirement in contract.requirements)


def _restore_deviation(data: dict[str, Any]) -> Deviation:
    expires = _parse_date(lambda: date.fromisoformat(data["expires"]))
    return Deviation(data["requirement"], data["reason"], data["link"], expires)


def _parse_date(parse: Callable[[], date]) -> date:
    try:
        return parse()
    except ValueError as problem:
        raise InvalidInput(f"invalid date: {problem}", REPORT_FILE) from None
