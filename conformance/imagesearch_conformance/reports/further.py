"""Exchanges of a run that no case of its report has: without them what speaks of a whole run cannot be told again."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.reports.definition import definition
from imagesearch_conformance.reports.evidence import Evidence
from imagesearch_conformance.runner.events import Example, Record


def further(record: Record, evidence: Evidence) -> dict[str, Any]:
    """The generated requests, and the refusals for the number of requests that were waited out."""
    reported = {id(one) for one in record.cases}
    examples = enumerate(record.generated)
    generated = [
        _reported(one) if id(one.result) in reported else _example(one, index, evidence) for index, one in examples
    ]
    return {"generated": generated, "denied": _denied(record, evidence)}


def _reported(example: Example) -> dict[str, Any]:
    """An example that is among the cases."""
    return {"case": example.result.case.id, "source": example.source}


def _example(example: Example, index: int, evidence: Evidence) -> dict[str, Any]:
    result = example.result
    reason = result.reason
    own = evidence.redactor.knowing(result.exchanges)
    return {
        **_reported(example),
        "outcome": result.outcome.value,
        "reason": None if reason is None else own.said(reason),
        "rounds": result.rounds,
        "exchanges": evidence.of({"generated": index}, result.exchanges),
        "definition": definition(result.case),
    }


def _denied(record: Record, evidence: Evidence) -> list[dict[str, Any]]:
    known = {one.case.id for one in (*record.cases, *(made.result for made in record.generated))}
    written = []
    for index, (case, exchange) in enumerate(record.denials):
        (stored,) = evidence.of({"denied": index}, (exchange,))
        defined = {} if case.id in known else {"definition": definition(case)}
        written.append({"case": case.id, "exchange": stored, **defined})
    return written
