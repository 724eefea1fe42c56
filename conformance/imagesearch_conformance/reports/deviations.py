"""Known departures in a report: as they are stored, and in the words that every format uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagesearch_conformance.model.requirement import DeviationResult, DeviationState
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.text import clip_text

#: The states in words.
_STATE_LABELS = {
    DeviationState.APPLIED: "met, and accepted",
    DeviationState.EXPIRED: "expired",
    DeviationState.RESOLVED: "no longer met",
    DeviationState.UNDETERMINED: "could not be told",
    DeviationState.NOT_SELECTED: "not selected",
}


def serialize_deviation(result: DeviationResult, redactor: Redactor) -> dict[str, Any]:
    """A deviation in the shape of the report's schema, free of secrets."""
    deviation = result.deviation
    return {
        "requirement": deviation.requirement,
        "reason": redactor.redact_and_clip(deviation.reason),
        "link": redactor.redact_and_clip(deviation.link),
        "expires": deviation.expires.isoformat(),
        "state": result.state.value,
        "explanation": redactor.redact_and_clip(result.explanation),
    }


def reported_deviations(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All deviations of a report; one without any, or of an earlier version, has none."""
    return list(report.get("deviations", ()))


def accepted_deviations(report: Mapping[str, Any]) -> Mapping[str, dict[str, Any]]:
    """The deviations by which a run was judged, by their requirements: those that had not expired."""
    return {one["requirement"]: one for one in reported_deviations(report) if one["state"] != DeviationState.EXPIRED}


def is_failing(deviation: Mapping[str, Any]) -> bool:
    """Whether the deviation itself fails the run."""
    return DeviationState(deviation["state"]).is_failure


def state_label(deviation: Mapping[str, Any]) -> str:
    """The state of a deviation in a few words."""
    return _STATE_LABELS[DeviationState(deviation["state"])]


def deviation_text(deviation: Mapping[str, Any]) -> str:
    """A deviation as a few lines: requirement and state, reason, link, last day, what is to be done."""
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
    """Why a finding fails nothing although it would, or nothing."""
    known = accepted.get(finding["requirement"])
    return "" if known is None else f"a known departure until {known['expires']}: {clip_text(known['reason'])}"
