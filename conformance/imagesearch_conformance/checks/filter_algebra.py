"""Checks of combined filters against the lists of their parts, whatever the attributes mean."""

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
    """Check that the last combination lists what the lists of its single conditions imply.

    AND lists what both list, OR what either lists. Nothing is judged if an earlier combination is
    wrong already: the last one would only repeat that.
    """
    if not are_comparable(contexts):
        return
    lists = filtered_lists(contexts)
    entries = all_entries(contexts, lists)
    combinations = [item for item in lists if not isinstance(item.condition, AttributeCondition)]
    *earlier, (last, wrong_entry, judged_count) = [
        (item, *_compare_list(item, entries, lists)) for item in combinations
    ]
    if any(wrong is not None for _, wrong, _ in earlier):
        return
    if wrong_entry is not None:
        yield from _report_wrong_combination(last, wrong_entry)
    elif judged_count:
        yield from last.context.pass_all()


def _compare_list(
    filtered_list: FilteredList, entries: Sequence[Entry], lists: Sequence[FilteredList]
) -> tuple[Entry | None, int]:
    """The first entry that is wrongly listed or left out, and the number of entries that can be judged."""
    memberships = expected_membership(filtered_list.condition, entries, lists)
    actual = [(entry, filtered_list.contains(entry), due) for entry, due in zip(entries, memberships, strict=True)]
    known = [(entry, is_listed is due) for entry, is_listed, due in actual if is_listed is not None and due is not None]
    return next((entry for entry, is_right in known if not is_right), None), len(known)


def _report_wrong_combination(filtered_list: FilteredList, entry: Entry) -> Iterator[CheckResult]:
    name, is_listed = f"{entry.image.product_id} / {entry.image.pic_name}", filtered_list.contains(entry)
    message = f"{filtered_list.text}: the list contradicts the lists of its conditions"
    expected = f"{name} is {'not ' if is_listed else ''}listed"
    actual = f"{name} is {'' if is_listed else 'not '}listed"
    yield from filtered_list.context.fail_all(message, (expected,), actual, allow_approximation=not is_listed)


def check_partition(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that a condition and its opposite share no entry and leave out none that has the attribute."""
    if not are_comparable(contexts):
        return
    first, opposite = lists = filtered_lists(contexts)
    memberships = [(entry, first.contains(entry), opposite.contains(entry)) for entry in all_entries(contexts, lists)]
    in_both = next((entry for entry, here, there in memberships if here and there), None)
    in_neither = next(
        (
            entry
            for entry, here, there in memberships
            if here is False and there is False and _has_attribute(entry, first)
        ),
        None,
    )
    if in_both is not None:
        yield from _report_misplaced_entry(first, opposite, in_both, "in both lists", allow_approximation=False)
    elif in_neither is not None:
        yield from _report_misplaced_entry(first, opposite, in_neither, "in neither list", allow_approximation=True)
    elif any(None not in (here, there) for _, here, there in memberships):
        yield from opposite.context.pass_all()


def _report_misplaced_entry(
    filtered_list: FilteredList, opposite_list: FilteredList, entry: Entry, problem: str, *, allow_approximation: bool
) -> Iterator[CheckResult]:
    name = f"{entry.image.product_id} / {entry.image.pic_name}"
    message = f"{filtered_list.text} and {opposite_list.text}: an entry is {problem}"
    yield from opposite_list.context.fail_all(
        message, ("in one of them",), name, allow_approximation=allow_approximation
    )


def _has_attribute(entry: Entry, filtered_list: FilteredList) -> bool:
    return (
        isinstance(filtered_list.condition, AttributeCondition)
        and entry.attribute(filtered_list.condition.attribute) is not None
    )
