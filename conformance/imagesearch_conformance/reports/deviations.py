"""Known deviations of a report, as data and as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagesearch_conformance.model.deviation import DeviationResult, DeviationState
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.text import clip_text

_STATE_LABELS = {
    DeviationState.APPLIED: "accepted",
    DeviationState.EXPIRED: "expired",
    DeviationState.RESOLVED: "resolved",
    DeviationState.UNDETERMINED: "undetermined",
    DeviationState.NOT_SELECTED: "not selected",
}


def serialize_deviation(result: DeviationResult, redactor: Redactor) -> dict[str, Any]:
    """Return a deviation in the shape of the report's schema, free of secrets."""
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
    """Return all deviations of a report; reports of earlier versions have none."""
    return list(report.get("deviations", ()))


def accepted_deviations(report: Mapping[str, Any]) -> Mapping[str, dict[str, Any]]:
    """Return the deviations that the run accepted (those not expired) by requirement."""
    return {
        deviation["requirement"]: deviation
        for deviation in reported_deviations(report)
        if deviation["state"] != DeviationState.EXPIRED
    }


def is_failing(deviation: Mapping[str, Any]) -> bool:
    """Return True if the deviation itself fails the run."""
    return DeviationState(deviation["state"]).is_failure


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
