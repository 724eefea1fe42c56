"""A comparison as one JSON-ready document (`spec/schemas/comparison.json`), which its other formats are made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagesearch_conformance.reports.comparison import Change, Comparison
from imagesearch_conformance.reports.pace import Pace
from imagesearch_conformance.reports.standing import Standing
from imagesearch_conformance.reports.subject import subject_of
from imagesearch_conformance.reports.wording import told

#: Rises when a reader of the old document would misread the new one.
SCHEMA_VERSION = 1


def comparison_document(found: Comparison, old: str, new: str) -> dict[str, Any]:
    """The document of a comparison; `old` and `new` say where the reports were read."""
    requirements, cases = found.unchanged
    return {
        "schemaVersion": SCHEMA_VERSION,
        "result": found.result.value,
        "obstacle": found.obstacle and told(found.obstacle),
        "old": _run(found.old, old),
        "new": _run(found.new, new),
        "notes": [
            {"about": one.about, "old": one.old, "new": one.new, "effect": told(one.effect)} for one in found.notes
        ],
        "counts": {
            "requirements": {**_counts(found, found.requirements), "unchanged": requirements},
            "cases": {**_counts(found, found.cases), "unchanged": cases},
        },
        "requirements": [_requirement(one) for one in found.requirements],
        "cases": [_case(one) for one in found.cases],
        "pace": _pace(found.pace),
    }


def _run(document: dict[str, Any], path: str) -> dict[str, Any]:
    suite, subject = document["suite"], subject_of(document)
    return {
        "path": told(path),
        "verdict": document["verdict"],
        "complete": document["complete"],
        "subject": subject.kind,
        "judged": told(subject.title),
        "endpoint": document["target"]["endpoint"],
        "document": suite["document"],
        "specDigest": suite["specDigest"],
        "suiteVersion": suite["version"],
        "startedAt": document["startedAt"],
        "requests": document["requests"],
        "counts": document["counts"],
    }


def _counts(found: Comparison, changes: Sequence[Change]) -> dict[str, int]:
    return {kind.value: count for kind, count in found.counts(changes).items()}


def _requirement(change: Change) -> dict[str, Any]:
    one = change.new or change.old
    return {**_change(change), "level": one and one.level, "area": one and one.area}


def _case(change: Change) -> dict[str, Any]:
    return {**_change(change), "oldReplies": _replies(change.old), "newReplies": _replies(change.new)}


def _change(change: Change) -> dict[str, Any]:
    old, new = change.old, change.new
    one = new or old
    return {
        "id": one and one.id,
        "oldId": old.id if old is not None and new is not None and old.id != new.id else None,
        "kind": change.kind.value,
        "regression": change.regression,
        "old": old and old.outcome.value,
        "new": new and new.outcome.value,
        "why": change.why and told(change.why),
    }


def _replies(one: Standing | None) -> list[str]:
    return list(one.replies) if one is not None else []


def _pace(found: Pace) -> dict[str, Any]:
    return {
        "cases": found.cases,
        "oldSeconds": found.old and round(found.old, 6),
        "newSeconds": found.new and round(found.new, 6),
        "slower": found.slower,
        "slowerCases": [
            {"id": name, "oldSeconds": round(old, 6), "newSeconds": round(new, 6)}
            for name, old, new in found.slower_cases
        ],
    }
