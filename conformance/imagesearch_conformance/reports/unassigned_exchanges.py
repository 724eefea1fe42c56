"""Exchanges that belong to no reported case but are needed to judge whole-run requirements again."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.reports.case_serialization import serialize_case
from imagesearch_conformance.reports.exchange_writer import ExchangeWriter
from imagesearch_conformance.runner.events import GeneratedExample, RunRecord


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
