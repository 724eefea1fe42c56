"""What combinations keep: judged by what the target itself lists for their parts, whatever those mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.filter_membership import (
    FilteredList,
    all_entries,
    expected_membership,
    filtered_lists,
)
from imagesearch_conformance.checks.paging import are_comparable
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.filters.ast import AttributeCondition
from imagesearch_conformance.model.survey import Entry


def check_combination(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """The last combination keeps what the lists of its single conditions make of it.

    AND is what both list, OR what either lists. Where a combination before it departs from that, the
    last one says nothing of its own.
    """
    if not are_comparable(contexts):
        return
    lists = filtered_lists(contexts)
    entries = all_entries(contexts, lists)
    combinations = [one for one in lists if not isinstance(one.condition, AttributeCondition)]
    *earlier, last = [(one, *_compare_list(one, entries, lists)) for one in combinations]
    if any(wrong is not None for _, wrong, _ in earlier):
        return
    one, wrong, told = last
    if wrong is not None:
        yield from _report_wrong_entry(one, wrong)
    elif told:
        yield from one.context.pass_all()


def _compare_list(
    filtered_list: FilteredList, entries: Sequence[Entry], lists: Sequence[FilteredList]
) -> tuple[Entry | None, int]:
    """The first entry that is wrongly listed or left out, and of how many entries one could tell."""
    told = [
        (entry, filtered_list.contains(entry), due)
        for entry, due in zip(entries, expected_membership(filtered_list.condition, entries, lists), strict=True)
    ]
    known = [(entry, held is due) for entry, held, due in told if held is not None and due is not None]
    return next((entry for entry, right in known if not right), None), len(known)


def _report_wrong_entry(filtered_list: FilteredList, entry: Entry) -> Iterator[CheckResult]:
    shown, listed = f"{entry.image.product_id} / {entry.image.pic_name}", filtered_list.contains(entry)
    message = f"{filtered_list.text}: the list is not what the lists of its conditions make"
    due = f"{shown} is {'not ' if listed else ''}listed"
    actual = f"{shown} is {'' if listed else 'not '}listed"
    yield from filtered_list.context.fail_all(message, (due,), actual, allow_approximation=not listed)


def check_partition(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """A condition and its opposite share no entry, and leave out none that shows the attribute."""
    if not are_comparable(contexts):
        return
    one, other = lists = filtered_lists(contexts)
    told = [(entry, one.contains(entry), other.contains(entry)) for entry in all_entries(contexts, lists)]
    twice = next((entry for entry, here, there in told if here and there), None)
    nowhere = next(
        (entry for entry, here, there in told if here is False and there is False and _has_attribute(entry, one)), None
    )
    if twice is not None:
        yield from _report_misplaced_entry(one, other, twice, "in both lists", allow_approximation=False)
    elif nowhere is not None:
        yield from _report_misplaced_entry(one, other, nowhere, "in neither list", allow_approximation=True)
    elif any(None not in (here, there) for _, here, there in told):
        yield from other.context.pass_all()


def _report_misplaced_entry(
    filtered_list: FilteredList, opposite_list: FilteredList, entry: Entry, problem: str, *, allow_approximation: bool
) -> Iterator[CheckResult]:
    shown = f"{entry.image.product_id} / {entry.image.pic_name}"
    message = f"{filtered_list.text} and {opposite_list.text}: an entry is {problem}"
    yield from opposite_list.context.fail_all(
        message, ("in one of them",), shown, allow_approximation=allow_approximation
    )


def _has_attribute(entry: Entry, filtered_list: FilteredList) -> bool:
    return (
        isinstance(filtered_list.condition, AttributeCondition)
        and entry.attribute(filtered_list.condition.attribute) is not None
    )
