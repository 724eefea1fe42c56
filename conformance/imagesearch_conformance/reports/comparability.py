"""What is not the same about two runs, besides what came out, and what that means for a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.deviations import deviations_of
from imagesearch_conformance.reports.subject import is_client, program_of, subject_of

_LEFT_OUT = "what the new run left out vanished or was lost, a regression; what the old one left out is new"
_OTHER_CASES = "requirements and cases of one may be missing from the other, or ask for something else"
_OTHER_TARGET = "a change may be a difference between two targets rather than something that became of one"
_OTHER_CLIENT = "a change may be a difference between two clients rather than something that became of one"
_APART = "one judges an endpoint and the other a client: nothing of them can be compared"
_RECORDED = "cases of recorded traffic are numbered as they stand there: compare requirements, and not cases"
_JUDGED_OTHERWISE = "the same departure may fail in one and be warned of in the other"

#: Options and facts of a run (`suite` in the report), and what a difference in them does.
_SUITE: Mapping[str, str] = {
    "specDigest": _OTHER_CASES,
    "document": _OTHER_CASES,
    "version": "another version of this suite may make other cases and judge otherwise",
    "level": _JUDGED_OTHERWISE,
    "strict": _JUDGED_OTHERWISE,
    "select": _LEFT_OUT,
    "deselect": _LEFT_OUT,
    "budget": "what the new run was not allowed to ask is lost, which counts as a regression",
    "examples": "fewer generated requests find less: one that fails no more may not have been made again",
    "seed": "other requests were generated, and other values made up: a failure may be older than it looks",
}

_TARGET: Mapping[str, str] = {
    "instanceName": _OTHER_TARGET,
    "instances": "cases are made from the images that are known",
    "signature": "cases about signatures may be left out or refused otherwise",
    "regionId": _OTHER_TARGET,
}

_CAPABILITY = (
    "cases that rely on it are not applicable where it is not claimed, and judged otherwise where it is another"
)


@frozen
class Note:
    """One thing in which two runs are not comparable, both its values, and the effect."""

    about: str
    old: Any
    new: Any
    effect: str


def notes(old: dict[str, Any], new: dict[str, Any]) -> tuple[Note, ...]:
    """Everything in which the runs differ, the gravest first."""
    if apart(old, new):
        return (Note("subject", subject_of(old).kind, subject_of(new).kind, _APART),)
    suites = _differing("suite", _SUITE, old, new)
    return (*_recorded(old, new), *_runs(old, new), *suites, *_known(old, new), *_targets(old, new))


def _recorded(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Note]:
    """What was recorded is whatever somebody asked: its cases are numbered, and stand for others each time."""
    given = [(one.get("recording") or {}).get("name") for one in (old, new)]
    if given != [None, None]:
        yield Note("recording", given[0], given[1], _RECORDED)


def apart(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether one report judges an endpoint and the other a client: what they say is of different things."""
    return is_client(old) is not is_client(new)


def _known(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Note]:
    """The departures that were known to the runs, with their states."""
    before, after = ({one["requirement"]: one["state"] for one in deviations_of(each)} for each in (old, new))
    if before != after:
        yield Note("deviations", before, after, "what is known to depart is warned of, and fails where it is not known")


def _runs(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Note]:
    """What lies in how the runs ended, and which of them was first."""
    if old == new:
        yield Note("report", None, None, "both are the same report: there is nothing to be compared")
    ended = old["complete"], new["complete"]
    if not new["complete"]:
        effect = "the new run ended early: what it did not reach is listed as lost or vanished, and is no regression"
        yield Note("complete", *ended, f"{effect} ({new['trouble'] or 'it does not say why'})")
    if not old["complete"]:
        effect = "the old run ended early: what fails now may have failed already"
        yield Note("complete", *ended, f"{effect} ({old['trouble'] or 'it does not say why'})")
    if new["startedAt"] < old["startedAt"]:
        effect = "the new run is older than the old one: are the reports the right way round?"
        yield Note("startedAt", old["startedAt"], new["startedAt"], effect)


def _targets(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Note]:
    if is_client(new):
        # The address is that of our own server, which takes whatever port is free.
        yield from _clients(old, new)
        return
    before, after = old["target"], new["target"]
    # The embedded emulator takes whatever port is free.
    if not (before.get("embedded") and after.get("embedded")) and before["endpoint"] != after["endpoint"]:
        yield Note("target.endpoint", before["endpoint"], after["endpoint"], _OTHER_TARGET)
    yield from _differing("target", _TARGET, old, new)
    claimed = before["capabilities"], after["capabilities"]
    for name in sorted({*claimed[0], *claimed[1]} - {"document"}):  # which decides the `document` of the run
        given = [one.get(name) for one in claimed]
        if given[0] != given[1]:
            yield Note(f"target.capabilities.{name}", given[0], given[1], _CAPABILITY)


def _clients(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Note]:
    (old_name, old_version), (new_name, new_version) = program_of(old), program_of(new)
    if old_name != new_name:
        yield Note("client", old_name, new_name, _OTHER_CLIENT)
    if old_version != new_version:
        yield Note("client.version", old_version, new_version, "a change may have come with the other version")


def _differing(part: str, effects: Mapping[str, str], old: dict[str, Any], new: dict[str, Any]) -> Iterator[Note]:
    """The differences in one part; what a report does not say (one of another version) is not compared."""
    both: Callable[[str], bool] = lambda name: name in old[part] and name in new[part]  # noqa: E731
    for name in filter(both, effects):
        before, after = old[part][name], new[part][name]
        if before != after:
            yield Note(f"{part}.{name}", before, after, effects[name])
