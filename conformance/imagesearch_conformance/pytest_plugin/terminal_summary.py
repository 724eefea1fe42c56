"""The last lines of a session: what departed, what could not be told, the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from imagesearch_conformance.reports.index import reported_deviations
from imagesearch_conformance.reports.text import clip_text, outcome_counts_text, state_label, verdict_text

_LISTED_OUTCOMES = ("failed", "warned")


def terminal_summary(report: dict[str, Any], report_files: Sequence[Path]) -> Iterator[str]:
    """A few lines for the end of a terminal, of the document of a record."""
    for outcome in _LISTED_OUTCOMES:
        for one in report["requirements"]:
            if one["outcome"] == outcome:
                yield clip_text(f"{outcome}: {one['id']} ({one['level']}): {one['statement']}")
    for one in reported_deviations(report):
        yield clip_text(f"known departure from {one['requirement']}: {state_label(one)}: {one['explanation']}")
    yield f"{outcome_counts_text(report)}; {report['requests']} requests, {report['durationSeconds']} s"
    if report["stopReason"]:
        yield clip_text(f"not all was judged: {report['stopReason']}")
    if report_files:
        yield f"reports: {report_files[0].parent}"
    yield f"verdict: {verdict_text(report)}"
