"""Differences between two runs besides their outcomes, and their effect on a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.index import reported_deviations
from imagesearch_conformance.reports.subject import build_subject, client_name_and_version, is_client

_DIFFERENT_SELECTION = (
    "results that only the old run selected count as regressions, those that only the new one did as new"
)
_DIFFERENT_CASES = "requirements and cases of one run may be missing from the other, or send something else"
_DIFFERENT_TARGET = "changes may be differences between two targets"
_DIFFERENT_CLIENT = "changes may be differences between two clients"
_DIFFERENT_SUBJECT = "one report is about an endpoint, the other about a client: their results cannot be compared"
_RECORDED_CASES = "cases of recorded traffic are numbered by position: compare requirements, not cases"
_DIFFERENT_POLICY = "the same finding may fail in one run and warn in the other"

#: Effects of a difference in the options and facts of a run (`suite` in the report).
_SUITE_EFFECTS: Mapping[str, str] = {
    "specDigest": _DIFFERENT_CASES,
    "document": _DIFFERENT_CASES,
    "version": "another version of the suite may have other cases and checks",
    "level": _DIFFERENT_POLICY,
    "strict": _DIFFERENT_POLICY,
    "select": _DIFFERENT_SELECTION,
    "deselect": _DIFFERENT_SELECTION,
    "budget": "cases over the budget of the new run are not judged, which counts as a regression",
    "examples": "fewer generated requests find fewer failures: one that no longer fails may not have been sent again",
    "seed": "other requests and values were generated: a failure may be older than it looks",
}

_TARGET_EFFECTS: Mapping[str, str] = {
    "instanceName": _DIFFERENT_TARGET,
    "instances": "cases depend on the known images",
    "signature": "cases about signatures may be left out, or rejected with another error",
    "regionId": _DIFFERENT_TARGET,
}

_CAPABILITY_EFFECT = "cases that need it are not applicable if it is not claimed, and judged by its value if it is"


@frozen
class ComparabilityNote:
    """One difference between two runs, with both values and its effect."""

    about: str
    old: Any
    new: Any
    effect: str


def comparability_notes(old: dict[str, Any], new: dict[str, Any]) -> tuple[ComparabilityNote, ...]:
    """Return all differences between the runs, those with the largest effect first."""
    if has_different_subjects(old, new):
        return (ComparabilityNote("subject", build_subject(old).kind, build_subject(new).kind, _DIFFERENT_SUBJECT),)
    return (
        *_recording_notes(old, new),
        *_run_notes(old, new),
        *_difference_notes("suite", _SUITE_EFFECTS, old, new),
        *_deviation_notes(old, new),
        *_target_notes(old, new),
    )


def _recording_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    names = [(report.get("recording") or {}).get("name") for report in (old, new)]
    if names != [None, None]:
        yield ComparabilityNote("recording", names[0], names[1], _RECORDED_CASES)


def has_different_subjects(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return True if one report is about an endpoint and the other about a client."""
    return is_client(old) is not is_client(new)


def _deviation_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    before, after = (
        {deviation["requirement"]: deviation["state"] for deviation in reported_deviations(report)}
        for report in (old, new)
    )
    if before != after:
        yield ComparabilityNote(
            "deviations", before, after, "a violation warns where it is a known deviation, and fails elsewhere"
        )


def _run_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    """Yield notes on the ends of the runs and their order."""
    if old == new:
        yield ComparabilityNote("report", None, None, "both reports are the same")
    complete = old["complete"], new["complete"]
    if not new["complete"]:
        effect = "the new run ended early: results that it did not reach are listed, but are not regressions"
        yield ComparabilityNote("complete", *complete, f"{effect} ({new['stopReason'] or 'no reason given'})")
    if not old["complete"]:
        effect = "the old run ended early: a new failure may be an old one"
        yield ComparabilityNote("complete", *complete, f"{effect} ({old['stopReason'] or 'no reason given'})")
    if new["startedAt"] < old["startedAt"]:
        effect = "the new run is older than the old one: are the reports in the right order?"
        yield ComparabilityNote("startedAt", old["startedAt"], new["startedAt"], effect)


def _target_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    if is_client(new):
        # The endpoint is our own server, which listens on any free port.
        yield from _client_notes(old, new)
        return
    before, after = old["target"], new["target"]
    # The embedded emulator listens on any free port.
    if not (before.get("embedded") and after.get("embedded")) and before["endpoint"] != after["endpoint"]:
        yield ComparabilityNote("target.endpoint", before["endpoint"], after["endpoint"], _DIFFERENT_TARGET)
    yield from _difference_notes("target", _TARGET_EFFECTS, old, new)
    capabilities = before["capabilities"], after["capabilities"]
    for name in sorted({*capabilities[0], *capabilities[1]} - {"document"}):  # `suite.document` follows from it
        values = [claimed.get(name) for claimed in capabilities]
        if values[0] != values[1]:
            yield ComparabilityNote(f"target.capabilities.{name}", values[0], values[1], _CAPABILITY_EFFECT)


def _client_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    (old_name, old_version), (new_name, new_version) = client_name_and_version(old), client_name_and_version(new)
    if old_name != new_name:
        yield ComparabilityNote("client", old_name, new_name, _DIFFERENT_CLIENT)
    if old_version != new_version:
        yield ComparabilityNote("client.version", old_version, new_version, "changes may come from the other version")


def _difference_notes(
    section: str, effects: Mapping[str, str], old: dict[str, Any], new: dict[str, Any]
) -> Iterator[ComparabilityNote]:
    """Yield the differences in one section; members that only one report has are not compared."""
    for name, effect in effects.items():
        if name not in old[section] or name not in new[section]:
            continue
        before, after = old[section][name], new[section][name]
        if before != after:
            yield ComparabilityNote(f"{section}.{name}", before, after, effect)
