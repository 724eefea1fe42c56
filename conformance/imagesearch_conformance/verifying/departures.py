"""The known departures of a report, and what became of them by what was judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.deviation import Deviation, DeviationResult
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.reports.deviations import deviations_of
from imagesearch_conformance.verifying.difference import Difference

#: A year, in seconds: no run goes on for longer.
_LONGEST = 366 * 86_400


def begun(document: dict[str, Any]) -> date:
    """The day (UTC) on which the run of a report began; raises BadInput for what is none."""
    return _read(lambda: datetime.strptime(document["startedAt"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).date())


def of_time(document: dict[str, Any], exchanges: Iterable[Exchange]) -> Iterator[Difference]:
    """Where the exchanges were not made while the run went on: its day decides which departures are accepted."""
    started = datetime.combine(begun(document), time.min, UTC)
    seconds = min(document["durationSeconds"], _LONGEST)
    ended = started + timedelta(days=1, seconds=seconds, hours=1)
    if not all(started <= one.sent_at <= ended for one in exchanges):
        yield Difference(EVIDENCE, "startedAt", document["startedAt"], "the time of the exchanges")


def departures(document: dict[str, Any], contract: Contract) -> tuple[Deviation, ...]:
    """Each known departure; those from requirements that the contract does not have are left out."""
    known = (_deviation(one) for one in deviations_of(document))
    return tuple(one for one in known if one.requirement in contract.requirements)


def of_departures(document: dict[str, Any], made: Iterable[DeviationResult]) -> Iterator[Difference]:
    """Where a report says something else of known departures."""
    states = {one.deviation.requirement: one.state.value for one in made}
    said = {one["requirement"]: one for one in deviations_of(document)}
    for name, one in said.items():
        due = states.get(name, "nothing: the contract has no such requirement")
        if one["state"] != due:
            yield Difference(EVIDENCE, f"deviation {name}: state", one["state"], due)
    for one in document["requirements"]:
        if one.get("deviation") != said.get(one["id"]):
            yield Difference(EVIDENCE, f"requirement {one['id']}: deviation", "another", "the one of the whole report")


def _deviation(written: dict[str, Any]) -> Deviation:
    ends = _read(lambda: date.fromisoformat(written["expires"]))
    return Deviation(written["requirement"], written["reason"], written["link"], ends)


def _read(reading: Any) -> date:
    try:
        day: date = reading()
    except ValueError as problem:
        raise BadInput(f"there is no such day: {problem}", EVIDENCE) from None
    return day
