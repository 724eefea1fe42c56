"""Known departures in a report: as they are stored, and in the words that every format uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.deviation import DeviationResult, State
from imagesearch_conformance.reports.wording import told

#: The states in words.
_WORDS = {
    State.APPLIED: "met, and accepted",
    State.EXPIRED: "expired",
    State.GONE: "no longer met",
    State.UNTOLD: "could not be told",
    State.NOT_SELECTED: "not selected",
}


def deviation_document(result: DeviationResult, redactor: Redactor) -> dict[str, Any]:
    """A deviation in the shape of the report's schema, free of secrets."""
    deviation = result.deviation
    return {
        "requirement": deviation.requirement,
        "reason": redactor.said(deviation.reason),
        "link": redactor.said(deviation.link),
        "expires": deviation.expires.isoformat(),
        "state": result.state.value,
        "explanation": redactor.said(result.explanation),
    }


def deviations_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All deviations of a report; one without any, or of an earlier version, has none."""
    return list(document.get("deviations", ()))


def accepted_in(document: Mapping[str, Any]) -> Mapping[str, dict[str, Any]]:
    """The deviations by which a run was judged, by their requirements: those that had not expired."""
    return {one["requirement"]: one for one in deviations_of(document) if one["state"] != State.EXPIRED}


def fails(deviation: Mapping[str, Any]) -> bool:
    """Whether the deviation itself fails the run."""
    return State(deviation["state"]).fails


def state_words(deviation: Mapping[str, Any]) -> str:
    """The state of a deviation in a few words."""
    return _WORDS[State(deviation["state"])]


def deviation_text(deviation: Mapping[str, Any]) -> str:
    """A deviation as a few lines: requirement and state, reason, link, last day, what is to be done."""
    return "\n".join(
        [
            f"{deviation['requirement']}: {state_words(deviation)}",
            f"reason: {told(deviation['reason'])}",
            f"link: {told(deviation['link'])}",
            f"accepted until: {deviation['expires']}",
            told(deviation["explanation"]),
        ]
    )


def acceptance(finding: Mapping[str, Any], accepted: Mapping[str, dict[str, Any]]) -> str:
    """Why a finding fails nothing although it would, or nothing."""
    known = accepted.get(finding["requirement"])
    return "" if known is None else f"a known departure until {known['expires']}: {told(known['reason'])}"
