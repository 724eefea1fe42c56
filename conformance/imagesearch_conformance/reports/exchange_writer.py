"""Exchanges of a report as JSON: a body that several cases share is written once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import define, field

from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.serialization import serialize_case
from imagesearch_conformance.runner.events import GeneratedExample, RunRecord

#: Keys under which a response body is stored.
BODY_KEYS = ("body", "bodyBase64")

#: A shorter body takes no more space than a reference to it.
_MIN_SHARED_LENGTH = 200

#: Position of an exchange: the case, example or rate-limited request that it belongs to, and its index there.
ExchangeRef = dict[str, Any]


@define
class ExchangeWriter:
    """Writes exchanges; an exchange that was written before refers to its first position.

    `find_address` returns the endpoint that received a request. `find_defects` returns the defects of
    its signature, which redaction hides from readers of the report.
    """

    redactor: Redactor
    find_address: Callable[[Exchange], str]
    find_defects: Callable[[Exchange], frozenset[str]]
    _repeat_entries: dict[int, dict[str, Any]] = field(factory=dict, init=False)

    def write_case(self, case_id: str, exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
        """Return the exchanges of one case in the shape of the report's schema."""
        return self.write_exchanges({"case": case_id}, exchanges)

    def write_exchanges(self, owner: ExchangeRef, exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
        """Return the exchanges of one owner in the shape of the report's schema."""
        return [self._write_exchange(exchange, owner | {"exchange": index}) for index, exchange in enumerate(exchanges)]

    def _write_exchange(self, exchange: Exchange, ref: ExchangeRef) -> dict[str, Any]:
        if repeat_entry := self._repeat_entries.get(id(exchange)):
            return repeat_entry
        entry = self.redactor.serialize_exchange(exchange, self.find_address(exchange))
        if defects := self.find_defects(exchange):
            entry |= {"signatureDefects": sorted(defects)}
        self._repeat_entries[id(exchange)] = _replace_body(entry, ref) | {"sameAs": ref}
        return entry


def _replace_body(entry: dict[str, Any], ref: ExchangeRef) -> dict[str, Any]:
    """Replace the body of the response by a reference if that is shorter."""
    body_key = next(key for key in BODY_KEYS if key in entry["response"])
    if len(entry["response"][body_key]) < _MIN_SHARED_LENGTH:
        return entry
    response = {name: value for name, value in entry["response"].items() if name != body_key}
    return entry | {"response": response | {"bodyRef": ref}}


def serialize_unassigned_exchanges(record: RunRecord, writer: ExchangeWriter) -> dict[str, Any]:
    """Return the generated requests, and the rate-limited requests that were sent again."""
    reported = {id(result) for result in record.cases}
    generated = [
        _example_reference(example) if id(example.result) in reported else _serialize_example(example, index, writer)
        for index, example in enumerate(record.generated_examples)
    ]
    return {"generated": generated, "rateLimited": _serialize_rate_limited(record, writer)}


def _example_reference(example: GeneratedExample) -> dict[str, Any]:
    return {"case": example.result.case.id, "source": example.source}


def _serialize_example(example: GeneratedExample, index: int, writer: ExchangeWriter) -> dict[str, Any]:
    result = example.result
    redactor = writer.redactor.with_own_signatures(result.exchanges)
    return {
        **_example_reference(example),
        "outcome": result.outcome.value,
        "reason": None if result.reason is None else redactor.redact_and_clip(result.reason),
        "attempts": result.attempts,
        "exchanges": writer.write_exchanges({"generated": index}, result.exchanges),
        "definition": serialize_case(result.case),
    }


def _serialize_rate_limited(record: RunRecord, writer: ExchangeWriter) -> list[dict[str, Any]]:
    examples = (example.result for example in record.generated_examples)
    defined_ids = {result.case.id for result in (*record.cases, *examples)}
    entries = []
    for index, (case, exchange) in enumerate(record.rate_limited_exchanges):
        (entry,) = writer.write_exchanges({"rateLimited": index}, (exchange,))
        definition = {} if case.id in defined_ids else {"definition": serialize_case(case)}
        entries.append({"case": case.id, "exchange": entry, **definition})
    return entries
