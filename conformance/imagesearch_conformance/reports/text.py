"""Findings, values and verdicts as plain text, the same in every format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from imagesearch_conformance.contract import Contract

#: Maximum length of an observed value, and of a sentence, in characters.
_MAX_VALUE_LENGTH, _MAX_TEXT_LENGTH = 300, 1000


def finding_text(finding: dict[str, Any]) -> str:
    """Return a finding as a few lines: requirement and message, expected, got, at."""
    lines = [f"{finding['requirement']} ({finding['level']}): {clip_text(finding['message'])}"]
    if finding["expected"]:
        lines.append(f"expected: {clip_text('; '.join(finding['expected']))}")
    if finding["actual"] is not None:
        lines.append(f"got: {format_value(finding['actual'])}")
    if finding["where"]:
        lines.append(f"at: {clip_text(finding['where'])}")
    return "\n".join(lines)


def finding_with_requirement(contract: Contract, finding: dict[str, Any]) -> str:
    """Return a finding below the statement and source of its requirement."""
    requirement = contract.requirements[finding["requirement"]]
    return f"{requirement.statement} ({requirement.source})\n{finding_text(finding)}"


def most_severe(findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the most severe finding: documented before tolerated, then by level; the first of equals."""
    levels = ("must", "should", "may")
    return min(findings, key=lambda finding: (finding.get("grade") == "tolerated", levels.index(finding["level"])))


def most_severe_with_case(
    report: dict[str, Any], requirement: dict[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return the case and the finding that are most severe for a requirement.

    The case is None for a finding about the whole run; both are None without findings.
    """
    pairs: list[tuple[dict[str, Any] | None, dict[str, Any]]] = [
        (None, finding) for finding in requirement.get("findings", [])
    ]
    for case in report["cases"]:
        pairs += [(case, finding) for finding in case["findings"] if finding["requirement"] == requirement["id"]]
    if not pairs:
        return None, None
    worst = most_severe([finding for _, finding in pairs])
    return next((case, finding) for case, finding in pairs if finding is worst)


def format_value(value: Any) -> str:
    """Return an observed value as clipped, printable text."""
    return escape_unprintable(_clip(value if isinstance(value, str) else _dump_json(value), _MAX_VALUE_LENGTH))


def _dump_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return "(not representable as JSON)"


def clip_text(text: str) -> str:
    """Return a sentence as clipped, printable text: it may quote a response."""
    return escape_unprintable(_clip(text, _MAX_TEXT_LENGTH))


def escape_unprintable(text: str) -> str:
    """Replace control and formatting characters by visible escapes, in one line.

    A response may contain terminal control sequences, bidirectional overrides or line breaks.
    """
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def _clip(text: str, max_length: int) -> str:
    return text if len(text) <= max_length else f"{text[:max_length]}... ({len(text)} characters)"


def verdict_text(report: dict[str, Any]) -> str:
    """Return the verdict, with a note if only selected cases ran or known deviations were accepted."""
    suite = report["suite"]
    notes = ["selected cases only"] if suite.get("select") or suite.get("deselect") else []
    accepted = sum(1 for deviation in report.get("deviations", ()) if deviation["state"] == "applied")
    if accepted:
        notes.append(f"with {accepted} known deviation{'s' if accepted > 1 else ''}")
    return f"{report['verdict']} ({', '.join(notes)})" if notes else str(report["verdict"])


def outcome_counts_text(report: dict[str, Any]) -> str:
    """Return the number of cases of each outcome in one line."""
    names = {
        "passed": "passed",
        "warned": "warned",
        "failed": "failed",
        "errored": "errored",
        "skipped": "skipped",
        "notApplicable": "not applicable",
    }
    counts = report["counts"]
    return ", ".join(f"{counts[key]} {name}" for key, name in names.items() if counts[key] or key == "passed")
