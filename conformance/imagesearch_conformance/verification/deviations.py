"""The known departures of a report, and what became of them by what was judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.requirement import Deviation, DeviationResult
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.deviations import reported_deviations
from imagesearch_conformance.verification.difference import Difference

#: A year, in seconds: no run goes on for longer.
_MAX_DURATION = 366 * 86_400


def start_date(report: dict[str, Any]) -> date:
    """The day (UTC) on which the run of a report began; raises BadInput for what is none."""
    return _parse_date(lambda: datetime.strptime(report["startedAt"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).date())


def check_timestamps(report: dict[str, Any], exchanges: Iterable[Exchange]) -> Iterator[Difference]:
    """Where the exchanges were not made while the run went on: its day decides which departures are accepted."""
    started = datetime.combine(start_date(report), time.min, UTC)
    seconds = min(report["durationSeconds"], _MAX_DURATION)
    ended = started + timedelta(days=1, seconds=seconds, hours=1)
    if not all(started <= one.sent_at <= ended for one in exchanges):
        yield Difference(REPORT_FILE, "startedAt", report["startedAt"], "the time of the exchanges")


def restore_deviations(report: dict[str, Any], contract: Contract) -> tuple[Deviation, ...]:
    """Each known departure; those from requirements that the contract does not have are left out."""
    known = (_restore_deviation(one) for one in reported_deviations(report))
    return tuple(one for one in known if one.requirement in contract.requirements)


def compare_deviations(report: dict[str, Any], recomputed: Iterable[DeviationResult]) -> Iterator[Difference]:
    """Where a report says something else of known departures."""
    states = {one.deviation.requirement: one.state.value for one in recomputed}
    said = {one["requirement"]: one for one in reported_deviations(report)}
    for name, one in said.items():
        due = states.get(name, "nothing: the contract has no such requirement")
        if one["state"] != due:
            yield Difference(REPORT_FILE, f"deviation {name}: state", one["state"], due)
    for one in report["requirements"]:
        if one.get("deviation") != said.get(one["id"]):
            yield Difference(
                REPORT_FILE, f"requirement {one['id']}: deviation", "another", "the one of the whole report"
            )


def _restore_deviation(data: dict[str, Any]) -> Deviation:
    ends = _parse_date(lambda: date.fromisoformat(data["expires"]))
    return Deviation(data["requirement"], data["reason"], data["link"], ends)


def _parse_date(parse: Any) -> date:
    try:
        day: date = parse()
    except ValueError as problem:
        raise InvalidInput(f"there is no such day: {problem}", REPORT_FILE) from None
    return day
