"""Findings in words, the same in every format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from imagesearch_conformance.contract import Contract

#: The most of one observed value, and of one sentence, that is shown to people, in characters.
_MAX_VALUE_LENGTH, _MAX_TEXT_LENGTH = 300, 1000


def finding_text(finding: dict[str, Any]) -> str:
    """A finding as a few lines: requirement, what is wrong, accepted, got, where."""
    lines = [f"{finding['requirement']} ({finding['level']}): {clip_text(finding['message'])}"]
    if finding["expected"]:
        lines.append(f"accepted: {clip_text('; '.join(finding['expected']))}")
    if finding["actual"] is not None:
        lines.append(f"got: {format_value(finding['actual'])}")
    if finding["where"]:
        lines.append(f"at: {clip_text(finding['where'])}")
    return "\n".join(lines)


def finding_with_requirement(contract: Contract, finding: dict[str, Any]) -> str:
    """A finding under the statement that it departs from."""
    requirement = contract.requirements[finding["requirement"]]
    return f"{requirement.statement} ({requirement.source})\n{finding_text(finding)}"


def most_severe(findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The finding that shows best what is wrong: not merely tolerated, most binding, first."""
    levels = ("must", "should", "may")
    return min(findings, key=lambda one: (one.get("grade") == "tolerated", levels.index(one["level"])))


def most_severe_with_case(
    report: dict[str, Any], requirement: dict[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The gravest finding about a requirement, with the case that made it (None for the whole run)."""
    found: list[tuple[dict[str, Any] | None, dict[str, Any]]] = [(None, one) for one in requirement.get("findings", [])]
    for case in report["cases"]:
        found += [(case, one) for one in case["findings"] if one["requirement"] == requirement["id"]]
    if not found:
        return None, None
    worst = most_severe([finding for _, finding in found])
    return next((case, finding) for case, finding in found if finding is worst)


def format_value(value: Any) -> str:
    """An observed value as bounded, printable text."""
    return escape_unprintable(_clip(value if isinstance(value, str) else _dump_json(value), _MAX_VALUE_LENGTH))


def _dump_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return "(what cannot be written as JSON)"


def clip_text(text: str) -> str:
    """A sentence as bounded, printable text: it may repeat what a reply said."""
    return escape_unprintable(_clip(text, _MAX_TEXT_LENGTH))


def escape_unprintable(text: str) -> str:
    """The text with control characters and the like made visible, in one line.

    A reply may try to drive a terminal, to turn the direction of writing, or to add lines of its own.
    """
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def _clip(text: str, max_length: int) -> str:
    return text if len(text) <= max_length else f"{text[:max_length]}... ({len(text)} characters)"


def verdict_text(report: dict[str, Any]) -> str:
    """The verdict, and what it is of where that is less than everything."""
    suite = report["suite"]
    part = ["of what was selected"] if suite.get("select") or suite.get("deselect") else []
    known = sum(1 for one in report.get("deviations", ()) if one["state"] == "applied")
    if known:
        part.append(f"with {known} known departure{'s' if known > 1 else ''}")
    return f"{report['verdict']} ({', '.join(part)})" if part else str(report["verdict"])


def outcome_counts_text(report: dict[str, Any]) -> str:
    """How many cases came out how, in one line."""
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
