"""The verdict as a badge: a small SVG without fonts, scripts or network access."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.model.requirement import DeviationState
from imagesearch_conformance.reports.index import is_failing, reported_deviations
from imagesearch_conformance.reports.jinja_templates import render_template
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import escape_unprintable

#: The operation, and the maximum length of the names of a revision and of a client.
_OPERATION, _MAX_REVISION_LENGTH, _MAX_CLIENT_LENGTH = "SearchImageByName", 24, 56

#: Dark enough for white text (WCAG 2.1, 1.4.3), and visible on white and on black.
_VERDICT_COLORS = {"conformant": "#1a7f37", "nonconformant": "#c0272d", "inconclusive": "#8a5a00"}

#: Character widths in pixels at a font size of eleven. The font does not matter: the text is stretched to
#: the computed width.
_NARROW_CHARS, _WIDE_CHARS = frozenset("fijlrtI.,:;()-/ "), frozenset("mwMW")
_NARROW_CHAR_WIDTH, _DEFAULT_CHAR_WIDTH, _WIDE_CHAR_WIDTH = 4.2, 6.8, 9.8


def render_badge(report: dict[str, Any]) -> str:
    """Return the badge as SVG text; it names a client, but shows only counts for an endpoint."""
    label = f"{_OPERATION} {escape_unprintable(report['suite']['document'][:_MAX_REVISION_LENGTH])}"
    if (subject := build_subject(report)).is_client:
        # A client without a name of its own has only a command, which must not be published.
        label += f", client {subject.self_reported_name[:_MAX_CLIENT_LENGTH]}".rstrip()
    if subject.is_recorded:
        label += ", recorded"
    verdict = _verdict_label(report)
    return render_template(
        "badge.svg.j2",
        label=label,
        verdict=verdict,
        label_width=_text_width(label),
        verdict_width=_text_width(verdict),
        color=_VERDICT_COLORS[report["verdict"]],
    )


def _verdict_label(report: dict[str, Any]) -> str:
    suite, verdict, deviations = report["suite"], report["verdict"], reported_deviations(report)
    failing = sum(requirement["outcome"] == "failed" for requirement in report["requirements"])
    failing += sum(map(is_failing, deviations))
    accepted = sum(deviation["state"] == DeviationState.APPLIED for deviation in deviations)
    label = f"{verdict}, {failing} failing" if verdict == "nonconformant" else str(verdict)
    label += f", {accepted} known" if accepted else ""
    return f"{label} (partial)" if suite.get("select") or suite.get("deselect") else label


def _text_width(text: str) -> int:
    return round(sum(map(_char_width, text)))


def _char_width(char: str) -> float:
    if char in _NARROW_CHARS:
        return _NARROW_CHAR_WIDTH
    return _WIDE_CHAR_WIDTH if char in _WIDE_CHARS else _DEFAULT_CHAR_WIDTH
