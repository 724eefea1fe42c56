"""The known deviations of a report, and their states in the run that was judged again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.deviation import Deviation, DeviationResult
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.deviations import reported_deviations
from imagesearch_conformance.verification.difference import Difference

#: One year in seconds, longer than any run.
_MAX_DURATION = 366 * 86_400


def start_date(report: dict[str, Any]) -> date:
    """Return the day (UTC) on which the run started; raises InvalidInput for an invalid time."""
    return _parse_date(lambda: datetime.strptime(report["startedAt"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).date())


def check_timestamps(report: dict[str, Any], exchanges: Iterable[Exchange]) -> Iterator[Difference]:
    """Yield a difference if an exchange was not made during the run, whose day decides which deviations expired."""
    started = datetime.combine(start_date(report), time.min, UTC)
    seconds = min(report["durationSeconds"], _MAX_DURATION)
    ended = started + timedelta(days=1, seconds=seconds, hours=1)
    if not all(started <= exchange.sent_at <= ended for exchange in exchanges):
        yield Difference(REPORT_FILE, "startedAt", report["startedAt"], "the time of the exchanges")


def restore_deviations(report: dict[str, Any], contract: Contract) -> tuple[Deviation, ...]:
    """Return the known deviations from requirements of the contract."""
    deviations = map(_restore_deviation, reported_deviations(report))
    return tuple(deviation for deviation in deviations if deviation.requirement in contract.requirements)


def compare_deviations(report: dict[str, Any], recomputed: Iterable[DeviationResult]) -> Iterator[Difference]:
    """Yield the differences between reported and recomputed deviations."""
    states = {result.deviation.requirement: result.state.value for result in recomputed}
    reported = {deviation["requirement"]: deviation for deviation in reported_deviations(report)}
    for requirement_id, deviation in reported.items():
        expected = states.get(requirement_id, "no deviation, the contract does not have this requirement")
        if deviation["state"] != expected:
            yield Difference(REPORT_FILE, f"deviation {requirement_id}: state", deviation["state"], expected)
    for requirement in report["requirements"]:
        if requirement.get("deviation") != reported.get(requirement["id"]):
            where = f"requirement {requirement['id']}: deviation"
            yield Difference(REPORT_FILE, where, "another deviation", "the one in `deviations`")


def _restore_deviation(data: dict[str, Any]) -> Deviation:
    expires = _parse_date(lambda: date.fromisoformat(data["expires"]))
    return Deviation(data["requirement"], data["reason"], data["link"], expires)


def _parse_date(parse: Callable[[], date]) -> date:
    try:
        return parse()
    except ValueError as problem:
        raise InvalidInput(f"invalid date: {problem}", REPORT_FILE) from None
