"""Whether a target has become slower, as far as times that a machine shares with others can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median

from attrs import frozen

from imagesearch_conformance.reports.pairing import Pair

#: What counts as slower has to be so many times as slow, and slower by so many seconds: the one alone is noise on
#: quick replies, the other on slow ones.
_FACTOR, _SECONDS = 2.0, 0.05

#: A single case has no median to lean on.
_CASE_FACTOR, _CASE_SECONDS = 4.0, 0.5


@frozen
class Pace:
    """The median time of an exchange over the cases that both reports judged, in seconds; None without any.

    `slower_cases` are single cases that became much slower: their ids with both times.
    """

    cases: int = 0
    old: float | None = None
    new: float | None = None
    slower_cases: tuple[tuple[str, float, float], ...] = ()

    @property
    def slower(self) -> bool:
        """Whether the target as a whole is slower, by a factor and by a difference that is worth one."""
        return self.old is not None and self.new is not None and _slower(self.old, self.new, _FACTOR, _SECONDS)


def pace(found: Iterable[Pair]) -> Pace:
    """The pace of both reports over the cases that they have in common."""
    times = list(_times(found))
    if not times:
        return Pace()
    slower = [(name, old, new) for name, old, new in times if _slower(old, new, _CASE_FACTOR, _CASE_SECONDS)]
    slower.sort(key=lambda one: (one[1] - one[2], one[0]))
    return Pace(len(times), median(old for _, old, _ in times), median(new for *_, new in times), tuple(slower))


def _times(found: Iterable[Pair]) -> Iterator[tuple[str, float, float]]:
    """What both reports judged and sent something for: the id, and the time of one exchange in each."""
    for old, new in found:
        if old is None or new is None or old.pace is None or new.pace is None:
            continue
        if old.judged and new.judged:
            yield new.id, old.pace, new.pace


def _slower(old: float, new: float, factor: float, seconds: float) -> bool:
    return new > factor * old and new - old > seconds
