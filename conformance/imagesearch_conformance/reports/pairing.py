"""Which case of one report is which of another.

A case is recognised by its id. Generated examples are named after what they send, which differs
from seed to seed, so that of those left over the ones are paired that show the same: of the same
requirement, and departing from the same. Whoever finds no partner is reported for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from imagesearch_conformance.cases.generated import EXAMPLE
from imagesearch_conformance.reports.standing import Standing

#: One case or requirement before and after; None where a report does not have it.
Pair = tuple[Standing | None, Standing | None]


def pairs(old: Sequence[Standing], new: Sequence[Standing]) -> tuple[Pair, ...]:
    """Everything in either report: first in the order of the new one, then what only the old one has."""
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    alike = _alike(
        [one for one in before.values() if is_example(one) and one.id not in after],
        [one for one in after.values() if is_example(one) and one.id not in before],
    )
    found: list[Pair] = [(before.get(one.id) or alike.get(one.id), one) for one in after.values()]
    paired = {one.id for one, _ in found if one is not None}
    return (*found, *((one, None) for one in before.values() if one.id not in paired))


def is_example(one: Standing) -> bool:
    """Whether a case is a generated example, which is in a report only because it departs from something."""
    return one.id.partition("/")[2].startswith(EXAMPLE)


def _alike(old: Iterable[Standing], new: Iterable[Standing]) -> dict[str, Standing]:
    """Old examples by the ids of the new ones that show the same; several of a kind in the order of their ids."""
    waiting: defaultdict[tuple[str, frozenset[str]], list[Standing]] = defaultdict(list)
    for one in sorted(old, key=lambda one: one.id, reverse=True):
        waiting[_shows(one)].append(one)
    found = {}
    for one in sorted(new, key=lambda one: one.id):
        if waiting[_shows(one)]:
            found[one.id] = waiting[_shows(one)].pop()
    return found


def _shows(one: Standing) -> tuple[str, frozenset[str]]:
    return one.id.partition("/")[0], one.departed
