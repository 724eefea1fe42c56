"""The verdict as a badge for a page: a small SVG that needs no font, no script and no network."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.model.requirement import DeviationState
from imagesearch_conformance.reports.deviations import is_failing, reported_deviations
from imagesearch_conformance.reports.jinja_templates import render_template
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import escape_unprintable

#: The operation that is judged, and how much of the name of a revision and of that of a client has room.
_OPERATION, _MAX_REVISION_LENGTH, _MAX_CLIENT_LENGTH = "SearchImageByName", 24, 56

#: Dark enough for white letters (WCAG 2.1, 1.4.3), and seen on white and on black.
_VERDICT_COLORS = {"conformant": "#1a7f37", "nonconformant": "#c0272d", "inconclusive": "#8a5a00"}

#: Widths in pixels at eleven of height, of letters that are narrower or wider than most. What a font
#: makes of them does not matter: the text is stretched to the width that is computed here.
_NARROW_CHARS, _WIDE_CHARS, _DEFAULT_CHAR_WIDTH = frozenset("fijlrtI.,:;()-/ "), frozenset("mwMW"), 6.8


def render_badge(report: dict[str, Any]) -> str:
    """The SVG text of a report's verdict; of an endpoint it holds nothing but counts, of a client its name."""
    label = f"{_OPERATION} {escape_unprintable(report['suite']['document'][:_MAX_REVISION_LENGTH])}"
    if (subject := build_subject(report)).is_client:
        # A client that does not say who it is has a command, which is nobody's business but its owner's.
        label += f", client {subject.self_reported_name[:_MAX_CLIENT_LENGTH]}".rstrip()
    if subject.is_recorded:
        label += ", recorded"
    said = _verdict_label(report)
    left, right = _text_width(label), _text_width(said)
    return render_template(
        "badge.svg.j2", label=label, said=said, left=left, right=right, colour=_VERDICT_COLORS[report["verdict"]]
    )


def _verdict_label(report: dict[str, Any]) -> str:
    suite, verdict = report["suite"], report["verdict"]
    failing = sum(one["outcome"] == "failed" for one in report["requirements"])
    overdue = sum(map(is_failing, reported_deviations(report)))
    known = sum(one["state"] == DeviationState.APPLIED for one in reported_deviations(report))
    words = f"{verdict}, {failing + overdue} failing" if verdict == "nonconformant" else str(verdict)
    words += f", {known} known" if known else ""
    return f"{words} (part)" if suite.get("select") or suite.get("deselect") else words


def _text_width(text: str) -> int:
    return round(
        sum(4.2 if char in _NARROW_CHARS else 9.8 if char in _WIDE_CHARS else _DEFAULT_CHAR_WIDTH for char in text)
    )
