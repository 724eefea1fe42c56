"""Findings, values, verdicts and known deviations as plain text and as Markdown, the same in every format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.requirement import DeviationState

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


_STATE_LABELS = {
    DeviationState.APPLIED: "accepted",
    DeviationState.EXPIRED: "expired",
    DeviationState.RESOLVED: "resolved",
    DeviationState.UNDETERMINED: "undetermined",
    DeviationState.NOT_SELECTED: "not selected",
}


def state_label(deviation: Mapping[str, Any]) -> str:
    return _STATE_LABELS[DeviationState(deviation["state"])]


def deviation_text(deviation: Mapping[str, Any]) -> str:
    """Return a deviation as a few lines: requirement and state, reason, link, last day, explanation."""
    return "\n".join(
        [
            f"{deviation['requirement']}: {state_label(deviation)}",
            f"reason: {clip_text(deviation['reason'])}",
            f"link: {clip_text(deviation['link'])}",
            f"accepted until: {deviation['expires']}",
            clip_text(deviation["explanation"]),
        ]
    )


def acceptance_note(finding: Mapping[str, Any], accepted: Mapping[str, dict[str, Any]]) -> str:
    """Return the reason why a finding is accepted, or an empty text."""
    deviation = accepted.get(finding["requirement"])
    return (
        ""
        if deviation is None
        else f"known deviation, accepted until {deviation['expires']}: {clip_text(deviation['reason'])}"
    )


#: Characters with a meaning in Markdown or HTML.
_MARKUP = frozenset("\\`*_[]<>|#&~@")

#: Space for the notice at the end of a clipped document, in characters.
_NOTICE_LENGTH = 200


def inline_code(text: str, max_length: int | None = None) -> str:
    """Return text as inline code that may stand in a table, clipped to `max_length` characters."""
    return "`" + (_clip_printable(text, max_length).replace("`", "'").replace("|", "\u2502") or " ") + "`"


def escape_markdown(text: str, max_length: int | None = None) -> str:
    """Return text as plain words without markup or automatic links, clipped to `max_length` characters."""
    escaped = "".join(f"\\{char}" if char in _MARKUP else char for char in _clip_printable(text, max_length))
    return escaped.replace("://", "\\://").replace("www.", "www\\.")


def _clip_printable(text: str, max_length: int | None) -> str:
    return clip_text(text if max_length is None or len(text) <= max_length else f"{text[:max_length]}...")


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells in Markdown; all columns but the first are centred."""
    lines = [head, ["---", *[":-:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def clip_document(text: str, max_length: int, full_version: str) -> str:
    """Clip a document after a whole line; a notice at its end names the full version."""
    if len(text) <= max_length:
        return text
    clipped = text[: max(0, max_length - _NOTICE_LENGTH)].rpartition("\n")[0]
    return f"{clipped}\n\n**Truncated after {len(clipped)} of {len(text)} characters:** see {full_version}.\n"
