"""A comparison as a JSON document (`spec/schemas/comparison.json`), from which the other formats are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagesearch_conformance.reports.compare.changes import Change, Comparison
from imagesearch_conformance.reports.compare.latency import LatencyComparison
from imagesearch_conformance.reports.compare.reported_result import ReportedResult
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import clip_text

#: Raised when readers of the previous version would misread the document.
SCHEMA_VERSION = 1


def serialize_comparison(comparison: Comparison, old_path: str, new_path: str) -> dict[str, Any]:
    """Return the document of a comparison; the paths are those of the reports."""
    requirements, cases = comparison.unchanged_counts
    return {
        "schemaVersion": SCHEMA_VERSION,
        "result": comparison.result.value,
        "inconclusiveReason": comparison.inconclusive_reason and clip_text(comparison.inconclusive_reason),
        "old": _serialize_run(comparison.old, old_path),
        "new": _serialize_run(comparison.new, new_path),
        "notes": [
            {"about": note.about, "old": note.old, "new": note.new, "effect": clip_text(note.effect)}
            for note in comparison.notes
        ],
        "counts": {
            "requirements": {**_serialize_counts(comparison, comparison.requirements), "unchanged": requirements},
            "cases": {**_serialize_counts(comparison, comparison.cases), "unchanged": cases},
        },
        "requirements": [_serialize_requirement_change(change) for change in comparison.requirements],
        "cases": [_serialize_case_change(change) for change in comparison.cases],
        "latency": _serialize_latency(comparison.latency),
    }


def _serialize_run(report: dict[str, Any], path: str) -> dict[str, Any]:
    suite, subject = report["suite"], build_subject(report)
    return {
        "path": clip_text(path),
        "verdict": report["verdict"],
        "complete": report["complete"],
        "subject": subject.kind,
        "subjectTitle": clip_text(subject.title),
        "endpoint": report["target"]["endpoint"],
        "document": suite["document"],
        "specDigest": suite["specDigest"],
        "suiteVersion": suite["version"],
        "startedAt": report["startedAt"],
        "requests": report["requests"],
        "counts": report["counts"],
    }


def _serialize_counts(comparison: Comparison, changes: Sequence[Change]) -> dict[str, int]:
    return {kind.value: count for kind, count in comparison.count_by_kind(changes).items()}


def _serialize_requirement_change(change: Change) -> dict[str, Any]:
    result = change.new or change.old
    return {**_serialize_change(change), "level": result and result.level, "area": result and result.area}


def _serialize_case_change(change: Change) -> dict[str, Any]:
    return {
        **_serialize_change(change),
        "oldResponses": _response_labels(change.old),
        "newResponses": _response_labels(change.new),
    }


def _serialize_change(change: Change) -> dict[str, Any]:
    old, new = change.old, change.new
    result = new or old
    return {
        "id": result and result.id,
        "oldId": old.id if old is not None and new is not None and old.id != new.id else None,
        "kind": change.kind.value,
        "regression": change.is_regression,
        "old": old and old.outcome.value,
        "new": new and new.outcome.value,
        "reason": change.reason and clip_text(change.reason),
    }


def _response_labels(result: ReportedResult | None) -> list[str]:
    return list(result.response_labels) if result is not None else []


def _serialize_latency(latency: LatencyComparison) -> dict[str, Any]:
    return {
        "cases": latency.case_count,
        "oldSeconds": latency.old_seconds and round(latency.old_seconds, 6),
        "newSeconds": latency.new_seconds and round(latency.new_seconds, 6),
        "slower": latency.is_slower,
        "slowerCases": [
            {"id": case_id, "oldSeconds": round(old, 6), "newSeconds": round(new, 6)}
            for case_id, old, new in latency.slower_cases
        ],
    }
