"""Which case of one report is which of another.

A case is recognised by its id. Generated examples are named after what they send, which differs
from seed to seed, so that of those left over the ones are paired that show the same: of the same
requirement, and departing from the same. Whoever finds no partner is reported for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from imagesearch_conformance.cases.generated_placeholders import EXAMPLE_PREFIX
from imagesearch_conformance.reports.compare.reported_result import ReportedResult

#: One case or requirement before and after; None where a report does not have it.
ResultPair = tuple[ReportedResult | None, ReportedResult | None]


def match_results(old: Sequence[ReportedResult], new: Sequence[ReportedResult]) -> tuple[ResultPair, ...]:
    """Everything in either report: first in the order of the new one, then what only the old one has."""
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    alike = _match_examples(
        [one for one in before.values() if is_example(one) and one.id not in after],
        [one for one in after.values() if is_example(one) and one.id not in before],
    )
    found: list[ResultPair] = [(before.get(one.id) or alike.get(one.id), one) for one in after.values()]
    paired = {one.id for one, _ in found if one is not None}
    return (*found, *((one, None) for one in before.values() if one.id not in paired))


def is_example(result: ReportedResult) -> bool:
    """Whether a case is a generated example, which is in a report only because it departs from something."""
    return result.id.partition("/")[2].startswith(EXAMPLE_PREFIX)


def _match_examples(old: Iterable[ReportedResult], new: Iterable[ReportedResult]) -> dict[str, ReportedResult]:
    """Old examples by the ids of the new ones that show the same; several of a kind in the order of their ids."""
    waiting: defaultdict[tuple[str, frozenset[str]], list[ReportedResult]] = defaultdict(list)
    for one in sorted(old, key=lambda one: one.id, reverse=True):
        waiting[_example_key(one)].append(one)
    found = {}
    for one in sorted(new, key=lambda one: one.id):
        if waiting[_example_key(one)]:
            found[one.id] = waiting[_example_key(one)].pop()
    return found


def _example_key(result: ReportedResult) -> tuple[str, frozenset[str]]:
    return result.id.partition("/")[0], result.violated_requirements
