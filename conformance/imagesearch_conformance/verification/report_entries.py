"""The entries of a report, read back: cases, generated requests and rate-limited requests with their exchanges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.reports.case_serialization import deserialize_case
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.settings.endpoint_url import normalize_endpoint
from imagesearch_conformance.verification.exchange_reader import ExchangeReader, StoredExchange

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
