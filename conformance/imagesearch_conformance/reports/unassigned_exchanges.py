"""Exchanges of a run that no case of its report has: without them what speaks of a whole run cannot be told again."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.reports.case_serialization import serialize_case
from imagesearch_conformance.reports.exchange_writer import ExchangeWriter
from imagesearch_conformance.runner.events import GeneratedExample, RunRecord


def serialize_unassigned_exchanges(record: RunRecord, writer: ExchangeWriter) -> dict[str, Any]:
    """The generated requests, and the refusals for the number of requests that were waited out."""
    reported = {id(one) for one in record.cases}
    examples = enumerate(record.generated_examples)
    generated = [
        _example_reference(one) if id(one.result) in reported else _serialize_example(one, index, writer)
        for index, one in examples
    ]
    return {"generated": generated, "denied": _serialize_rate_limited(record, writer)}


def _example_reference(example: GeneratedExample) -> dict[str, Any]:
    """An example that is among the cases."""
    return {"case": example.result.case.id, "source": example.source}


def _serialize_example(example: GeneratedExample, index: int, writer: ExchangeWriter) -> dict[str, Any]:
    result = example.result
    reason = result.reason
    own = writer.redactor.with_own_signatures(result.exchanges)
    return {
        **_example_reference(example),
        "outcome": result.outcome.value,
        "reason": None if reason is None else own.redact_and_clip(reason),
        "rounds": result.attempts,
        "exchanges": writer.write_exchanges({"generated": index}, result.exchanges),
        "definition": serialize_case(result.case),
    }


def _serialize_rate_limited(record: RunRecord, writer: ExchangeWriter) -> list[dict[str, Any]]:
    known = {one.case.id for one in (*record.cases, *(made.result for made in record.generated_examples))}
    written = []
    for index, (case, exchange) in enumerate(record.rate_limited_exchanges):
        (stored,) = writer.write_exchanges({"denied": index}, (exchange,))
        defined = {} if case.id in known else {"definition": serialize_case(case)}
        written.append({"case": case.id, "exchange": stored, **defined})
    return written
