"""Comparison of response times, with thresholds that tolerate the noise of a shared machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median

from attrs import frozen

from imagesearch_conformance.reports.compare.match import ResultPair

#: A slower median has to be slower by this factor and by this many seconds: either alone is noise, on fast or on
#: slow responses.
_MIN_FACTOR, _MIN_SECONDS = 2.0, 0.05

#: Thresholds of a single case, which has no median.
_MIN_CASE_FACTOR, _MIN_CASE_SECONDS = 4.0, 0.5


@frozen
class LatencyComparison:
    """The median time of an exchange, in seconds, over the cases that both reports judged; None without any.

    `slower_cases` are single cases that became much slower: id, old and new time.
    """

    case_count: int = 0
    old_seconds: float | None = None
    new_seconds: float | None = None
    slower_cases: tuple[tuple[str, float, float], ...] = ()

    @property
    def is_slower(self) -> bool:
        """Return True if the median is slower by both thresholds."""
        return (
            self.old_seconds is not None
            and self.new_seconds is not None
            and _is_slower(self.old_seconds, self.new_seconds, _MIN_FACTOR, _MIN_SECONDS)
        )


def compare_latency(pairs: Iterable[ResultPair]) -> LatencyComparison:
    """Compare the times of the cases that both reports judged."""
    times = list(_common_times(pairs))
    if not times:
        return LatencyComparison()
    slower = [case for case in times if _is_slower(case[1], case[2], _MIN_CASE_FACTOR, _MIN_CASE_SECONDS)]
    slower.sort(key=lambda case: (case[1] - case[2], case[0]))
    return LatencyComparison(
        len(times), median(old for _, old, _ in times), median(new for *_, new in times), tuple(slower)
    )


def _common_times(pairs: Iterable[ResultPair]) -> Iterator[tuple[str, float, float]]:
    """Yield the id and the time of one exchange in each report, for cases that both judged and sent."""
    for old, new in pairs:
        if old is None or new is None or old.seconds_per_exchange is None or new.seconds_per_exchange is None:
            continue
        if old.is_judged and new.is_judged:
            yield new.id, old.seconds_per_exchange, new.seconds_per_exchange


def _is_slower(old: float, new: float, factor: float, seconds: float) -> bool:
    return new > factor * old and new - old > seconds
