"""What a report says was asked and answered: cases, generated requests and denials, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.reports.case_serialization import deserialize_case
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.settings.target import normalize_endpoint
from imagesearch_conformance.verification.exchange_reader import ExchangeReader, StoredExchange


@frozen
class ReportEntry:
    """A case of a report: what it says of the case, the case itself and its exchanges.

    `accepted` is what may come of it, where that is not what its expectation says.
    """

    data: Mapping[str, Any]
    case: Case
    stored_exchanges: tuple[StoredExchange, ...]
    accepted_outcomes: tuple[str, ...] | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges themselves."""
        return tuple(one.exchange for one in self.stored_exchanges)

    @property
    def reason(self) -> str | None:
        """The reason that the report gives."""
        reason: str | None = self.data["reason"]
        return reason


@frozen
class GeneratedEntry:
    """A generated request: for which source, and either its own entry or the id of a case that it is."""

    source: str
    case_id: str
    entry: ReportEntry | None


@frozen
class ReportEntries:
    """Everything in a report that can be judged again; `changed` are copies of exchanges that are none."""

    cases: tuple[ReportEntry, ...]
    generated: tuple[GeneratedEntry, ...]
    rate_limited_exchanges: tuple[tuple[Case, StoredExchange], ...]
    changed_copies: tuple[str, ...]

    @property
    def all_entries(self) -> Iterator[ReportEntry]:
        """The entries of cases and of generated requests."""
        yield from self.cases
        yield from (one.entry for one in self.generated if one.entry is not None)

    @property
    def stored_exchanges(self) -> Iterator[tuple[str, StoredExchange]]:
        """Every exchange, with the id of its case."""
        yield from ((entry.case.id, one) for entry in self.all_entries for one in entry.stored_exchanges)
        yield from ((case.id, one) for case, one in self.rate_limited_exchanges)

    def signature_defects(self) -> RecordedDefects:
        """What was seen of signatures before they were redacted."""
        return RecordedDefects({id(one.exchange.request): one.signature_defects for _, one in self.stored_exchanges})


@frozen
class RecordedDefects:
    """Tells the defects of signatures as the report has them; by identity, since redacted requests may be equal."""

    by_request_identity: Mapping[int, frozenset[str]]

    def __call__(self, _contract: Contract, _target: Target, request: WireRequest, _now: datetime) -> frozenset[str]:
        """The defects of the signature of a request."""
        return self.by_request_identity[id(request)]


def parse_entries(report: dict[str, Any]) -> ReportEntries:
    """The entries of a report that fits its schema; raises BadInput where they cannot be read."""
    if "further" not in report:
        raise InvalidInput("the report does not store all exchanges", "further", "it was made by an older version")
    shelf = _build_reader(report)
    cases = tuple(_parse_entry(one["id"], one, {"case": one["id"]}, shelf) for one in report["cases"])
    _check_unique(one.case.id for one in cases)
    further = report["further"]
    generated = tuple(_parse_generated(one, index, shelf) for index, one in enumerate(further["generated"]))
    known = {one.case.id: one.case for one in cases}
    for one in generated:
        if one.entry is not None:
            known.setdefault(one.case_id, one.entry.case)
        elif one.case_id not in known:
            raise InvalidInput("there is no case of that id", f"further: {one.case_id}")
    denied = tuple(_parse_rate_limited(one, index, known, shelf) for index, one in enumerate(further["denied"]))
    return ReportEntries(cases, generated, denied, tuple(shelf.changed_copies))


def _build_reader(report: dict[str, Any]) -> ExchangeReader:
    target = report["target"]
    endpoint = normalize_endpoint(target["endpoint"], "target: endpoint")
    if not is_client(report):
        return ExchangeReader(endpoint)
    if "elsewhere" not in target:
        raise InvalidInput("there is no other host for redirects", "target", "it was made by an older version")
    return ExchangeReader(endpoint, normalize_endpoint(target["elsewhere"], "target: elsewhere"))


def _check_unique(case_ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in case_ids:
        if name in seen:
            raise InvalidInput(f"the case {name!r} stands twice", "cases")
        seen.add(name)


def _parse_entry(case_id: str, data: dict[str, Any], owner: dict[str, Any], reader: ExchangeReader) -> ReportEntry:
    if "rounds" not in data:
        raise InvalidInput("the report does not say how often its requests were sent", case_id)
    case = _parse_case(case_id, data)
    if not case.requirements:
        raise InvalidInput("the case is for no requirement", case_id)
    return ReportEntry(data, case, reader.parse_exchanges(owner, data["exchanges"]))


def _parse_case(case_id: str, data: dict[str, Any]) -> Case:
    if "definition" not in data:
        raise InvalidInput("the report does not say what the case sends", case_id)
    case = deserialize_case(data["definition"], case_id)
    if case.id != case_id:
        raise InvalidInput(f"the definition is that of the case {case.id!r}", case_id)
    return case


def _parse_generated(data: dict[str, Any], index: int, reader: ExchangeReader) -> GeneratedEntry:
    name = data["case"]
    entry = _parse_entry(name, data, {"generated": index}, reader) if "outcome" in data else None
    return GeneratedEntry(data["source"], name, entry)


def _parse_rate_limited(
    data: dict[str, Any], index: int, cases_by_id: Mapping[str, Case], reader: ExchangeReader
) -> tuple[Case, StoredExchange]:
    name = data["case"]
    case = cases_by_id[name] if name in cases_by_id else _parse_case(name, data)
    (stored,) = reader.parse_exchanges({"denied": index}, [data["exchange"]])
    return case, stored
