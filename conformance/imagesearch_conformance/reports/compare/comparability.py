"""What is not the same about two runs, besides what came out, and what that means for a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.deviations import reported_deviations
from imagesearch_conformance.reports.subject import build_subject, client_name_and_version, is_client

_DIFFERENT_SELECTION = "what the new run left out vanished or was lost, a regression; what the old one left out is new"
_DIFFERENT_CASES = "requirements and cases of one may be missing from the other, or ask for something else"
_DIFFERENT_TARGET = "a change may be a difference between two targets rather than something that became of one"
_DIFFERENT_CLIENT = "a change may be a difference between two clients rather than something that became of one"
_DIFFERENT_SUBJECT = "one judges an endpoint and the other a client: nothing of them can be compared"
_RECORDED_CASES = "cases of recorded traffic are numbered as they stand there: compare requirements, and not cases"
_DIFFERENT_POLICY = "the same departure may fail in one and be warned of in the other"

#: Options and facts of a run (`suite` in the report), and what a difference in them does.
_SUITE_EFFECTS: Mapping[str, str] = {
    "specDigest": _DIFFERENT_CASES,
    "document": _DIFFERENT_CASES,
    "version": "another version of this suite may make other cases and judge otherwise",
    "level": _DIFFERENT_POLICY,
    "strict": _DIFFERENT_POLICY,
    "select": _DIFFERENT_SELECTION,
    "deselect": _DIFFERENT_SELECTION,
    "budget": "what the new run was not allowed to ask is lost, which counts as a regression",
    "examples": "fewer generated requests find less: one that fails no more may not have been made again",
    "seed": "other requests were generated, and other values made up: a failure may be older than it looks",
}

_TARGET_EFFECTS: Mapping[str, str] = {
    "instanceName": _DIFFERENT_TARGET,
    "instances": "cases are made from the images that are known",
    "signature": "cases about signatures may be left out or refused otherwise",
    "regionId": _DIFFERENT_TARGET,
}

_CAPABILITY_EFFECT = (
    "cases that rely on it are not applicable where it is not claimed, and judged otherwise where it is another"
)


@frozen
class ComparabilityNote:
    """One thing in which two runs are not comparable, both its values, and the effect."""

    about: str
    old: Any
    new: Any
    effect: str


def comparability_notes(old: dict[str, Any], new: dict[str, Any]) -> tuple[ComparabilityNote, ...]:
    """Everything in which the runs differ, the gravest first."""
    if has_different_subjects(old, new):
        return (ComparabilityNote("subject", build_subject(old).kind, build_subject(new).kind, _DIFFERENT_SUBJECT),)
    suites = _difference_notes("suite", _SUITE_EFFECTS, old, new)
    return (
        *_recording_notes(old, new),
        *_run_notes(old, new),
        *suites,
        *_deviation_notes(old, new),
        *_target_notes(old, new),
    )


def _recording_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    """What was recorded is whatever somebody asked: its cases are numbered, and stand for others each time."""
    given = [(one.get("recording") or {}).get("name") for one in (old, new)]
    if given != [None, None]:
        yield ComparabilityNote("recording", given[0], given[1], _RECORDED_CASES)


def has_different_subjects(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether one report judges an endpoint and the other a client: what they say is of different things."""
    return is_client(old) is not is_client(new)


def _deviation_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    """The departures that were known to the runs, with their states."""
    before, after = ({one["requirement"]: one["state"] for one in reported_deviations(each)} for each in (old, new))
    if before != after:
        yield ComparabilityNote(
            "deviations", before, after, "what is known to depart is warned of, and fails where it is not known"
        )


def _run_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    """What lies in how the runs ended, and which of them was first."""
    if old == new:
        yield ComparabilityNote("report", None, None, "both are the same report: there is nothing to be compared")
    ended = old["complete"], new["complete"]
    if not new["complete"]:
        effect = "the new run ended early: what it did not reach is listed as lost or vanished, and is no regression"
        yield ComparabilityNote("complete", *ended, f"{effect} ({new['trouble'] or 'it does not say why'})")
    if not old["complete"]:
        effect = "the old run ended early: what fails now may have failed already"
        yield ComparabilityNote("complete", *ended, f"{effect} ({old['trouble'] or 'it does not say why'})")
    if new["startedAt"] < old["startedAt"]:
        effect = "the new run is older than the old one: are the reports the right way round?"
        yield ComparabilityNote("startedAt", old["startedAt"], new["startedAt"], effect)


def _target_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    if is_client(new):
        # The address is that of our own server, which takes whatever port is free.
        yield from _client_notes(old, new)
        return
    before, after = old["target"], new["target"]
    # The embedded emulator takes whatever port is free.
    if not (before.get("embedded") and after.get("embedded")) and before["endpoint"] != after["endpoint"]:
        yield ComparabilityNote("target.endpoint", before["endpoint"], after["endpoint"], _DIFFERENT_TARGET)
    yield from _difference_notes("target", _TARGET_EFFECTS, old, new)
    claimed = before["capabilities"], after["capabilities"]
    for name in sorted({*claimed[0], *claimed[1]} - {"document"}):  # which decides the `document` of the run
        given = [one.get(name) for one in claimed]
        if given[0] != given[1]:
            yield ComparabilityNote(f"target.capabilities.{name}", given[0], given[1], _CAPABILITY_EFFECT)


def _client_notes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[ComparabilityNote]:
    (old_name, old_version), (new_name, new_version) = client_name_and_version(old), client_name_and_version(new)
    if old_name != new_name:
        yield ComparabilityNote("client", old_name, new_name, _DIFFERENT_CLIENT)
    if old_version != new_version:
        yield ComparabilityNote(
            "client.version", old_version, new_version, "a change may have come with the other version"
        )


def _difference_notes(
    section: str, effects: Mapping[str, str], old: dict[str, Any], new: dict[str, Any]
) -> Iterator[ComparabilityNote]:
    """The differences in one part; what a report does not say (one of another version) is not compared."""
    both: Callable[[str], bool] = lambda name: name in old[section] and name in new[section]  # noqa: E731
    for name in filter(both, effects):
        before, after = old[section][name], new[section][name]
        if before != after:
            yield ComparabilityNote(f"{section}.{name}", before, after, effects[name])
