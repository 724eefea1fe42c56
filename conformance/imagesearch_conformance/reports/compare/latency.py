"""Whether a target has become slower, as far as times that a machine shares with others can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median

from attrs import frozen

from imagesearch_conformance.reports.compare.match import ResultPair

#: What counts as slower has to be so many times as slow, and slower by so many seconds: the one alone is noise on
#: quick replies, the other on slow ones.
_MIN_FACTOR, _MIN_SECONDS = 2.0, 0.05

#: A single case has no median to lean on.
_MIN_CASE_FACTOR, _MIN_CASE_SECONDS = 4.0, 0.5


@frozen
class LatencyComparison:
    """The median time of an exchange over the cases that both reports judged, in seconds; None without any.

    `slower_cases` are single cases that became much slower: their ids with both times.
    """

    case_count: int = 0
    old_seconds: float | None = None
    new_seconds: float | None = None
    slower_cases: tuple[tuple[str, float, float], ...] = ()

    @property
    def is_slower(self) -> bool:
        """Whether the target as a whole is slower, by a factor and by a difference that is worth one."""
        return (
            self.old_seconds is not None
            and self.new_seconds is not None
            and _is_slower(self.old_seconds, self.new_seconds, _MIN_FACTOR, _MIN_SECONDS)
        )


def compare_latency(pairs: Iterable[ResultPair]) -> LatencyComparison:
    """The pace of both reports over the cases that they have in common."""
    times = list(_common_times(pairs))
    if not times:
        return LatencyComparison()
    slower = [(name, old, new) for name, old, new in times if _is_slower(old, new, _MIN_CASE_FACTOR, _MIN_CASE_SECONDS)]
    slower.sort(key=lambda one: (one[1] - one[2], one[0]))
    return LatencyComparison(
        len(times), median(old for _, old, _ in times), median(new for *_, new in times), tuple(slower)
    )


def _common_times(pairs: Iterable[ResultPair]) -> Iterator[tuple[str, float, float]]:
    """What both reports judged and sent something for: the id, and the time of one exchange in each."""
    for old, new in pairs:
        if old is None or new is None or old.seconds_per_exchange is None or new.seconds_per_exchange is None:
            continue
        if old.is_judged and new.is_judged:
            yield new.id, old.seconds_per_exchange, new.seconds_per_exchange


def _is_slower(old: float, new: float, factor: float, seconds: float) -> bool:
    return new > factor * old and new - old > seconds
