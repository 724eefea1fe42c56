"""The verdict as a badge for a page: a small SVG that needs no font, no script and no network."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.model.deviation import State
from imagesearch_conformance.reports.deviations import deviations_of, fails
from imagesearch_conformance.reports.subject import subject_of
from imagesearch_conformance.reports.templating import rendered
from imagesearch_conformance.reports.wording import printable

#: The operation that is judged, and how much of the name of a revision and of that of a client has room.
_OPERATION, _ROOM, _CLIENT = "SearchImageByName", 24, 56

#: Dark enough for white letters (WCAG 2.1, 1.4.3), and seen on white and on black.
_COLOURS = {"conformant": "#1a7f37", "nonconformant": "#c0272d", "inconclusive": "#8a5a00"}

#: Widths in pixels at eleven of height, of letters that are narrower or wider than most. What a font
#: makes of them does not matter: the text is stretched to the width that is computed here.
_NARROW, _WIDE, _MOST = frozenset("fijlrtI.,:;()-/ "), frozenset("mwMW"), 6.8


def badge(document: dict[str, Any]) -> str:
    """The SVG text of a report's verdict; of an endpoint it holds nothing but counts, of a client its name."""
    label = f"{_OPERATION} {printable(document['suite']['document'][:_ROOM])}"
    if (subject := subject_of(document)).client:
        # A client that does not say who it is has a command, which is nobody's business but its owner's.
        label += f", client {subject.called[:_CLIENT]}".rstrip()
    if subject.recorded:
        label += ", recorded"
    said = _said(document)
    left, right = _width(label), _width(said)
    return rendered(
        "badge.svg.j2", label=label, said=said, left=left, right=right, colour=_COLOURS[document["verdict"]]
    )


def _said(document: dict[str, Any]) -> str:
    suite, verdict = document["suite"], document["verdict"]
    failing = sum(one["outcome"] == "failed" for one in document["requirements"])
    overdue = sum(map(fails, deviations_of(document)))
    known = sum(one["state"] == State.APPLIED for one in deviations_of(document))
    words = f"{verdict}, {failing + overdue} failing" if verdict == "nonconformant" else str(verdict)
    words += f", {known} known" if known else ""
    return f"{words} (part)" if suite.get("select") or suite.get("deselect") else words


def _width(text: str) -> int:
    return round(sum(4.2 if char in _NARROW else 9.8 if char in _WIDE else _MOST for char in text))
