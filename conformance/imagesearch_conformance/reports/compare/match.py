"""Matching of the results of two reports.

Cases match by id. The id of a generated example depends on what it sends, which differs from seed to
seed; examples without a match by id are matched if they are for the same requirement and violate the
same requirements. A result without a match is reported alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from imagesearch_conformance.cases.generated_placeholders import EXAMPLE_PREFIX
from imagesearch_conformance.reports.compare.reported_result import ReportedResult

#: One case or requirement before and after; None if a report does not have it.
ResultPair = tuple[ReportedResult | None, ReportedResult | None]


def match_results(old: Sequence[ReportedResult], new: Sequence[ReportedResult]) -> tuple[ResultPair, ...]:
    """Return all results in pairs: first in the order of the new report, then those that only the old one has."""
    before, after = {result.id: result for result in old}, {result.id: result for result in new}
    old_by_new_id = _match_examples(
        [result for result in before.values() if is_example(result) and result.id not in after],
        [result for result in after.values() if is_example(result) and result.id not in before],
    )
    pairs: list[ResultPair] = [
        (before.get(result.id) or old_by_new_id.get(result.id), result) for result in after.values()
    ]
    matched = {result.id for result, _ in pairs if result is not None}
    return (*pairs, *((result, None) for result in before.values() if result.id not in matched))


def is_example(result: ReportedResult) -> bool:
    """Return True for a generated example, which is in a report only because it has findings."""
    return result.id.partition("/")[2].startswith(EXAMPLE_PREFIX)


def _match_examples(old: Iterable[ReportedResult], new: Iterable[ReportedResult]) -> dict[str, ReportedResult]:
    """Return the old examples by the ids of matching new ones; several of one key match in the order of their ids."""
    unmatched: defaultdict[tuple[str, frozenset[str]], list[ReportedResult]] = defaultdict(list)
    for result in sorted(old, key=lambda result: result.id, reverse=True):
        unmatched[_example_key(result)].append(result)
    matches = {}
    for result in sorted(new, key=lambda result: result.id):
        if unmatched[_example_key(result)]:
            matches[result.id] = unmatched[_example_key(result)].pop()
    return matches


def _example_key(result: ReportedResult) -> tuple[str, frozenset[str]]:
    return result.id.partition("/")[0], result.violated_requirements
