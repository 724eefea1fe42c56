"""What filters keep: judged by the attributes that the entries show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.filter_membership import FilteredList, all_entries, filtered_lists
from imagesearch_conformance.checks.paging import are_comparable
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.filters.ast import EXCLUDING_OPERATORS, AttributeCondition, Condition, ConjunctionNode
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.model.survey import Entry


def check_filter(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """A filter keeps every entry that satisfies it, and no other, as far as the values that are shown tell.

    Without a reply that is not filtered only what is listed can be judged.
    """
    if not are_comparable(contexts):
        return
    lists = filtered_lists(contexts)
    entries = all_entries(contexts, lists)
    for one in lists:
        yield from _check_list(one, entries)


def is_match(condition: Condition, entry: Entry) -> bool | None:
    """Whether an entry satisfies a condition; None where that depends on a value that it does not show."""
    if isinstance(condition, AttributeCondition):
        return (
            satisfies(condition, entry.attributes_by_name) if condition.attribute in entry.attributes_by_name else None
        )
    sides = (is_match(condition.left, entry), is_match(condition.right, entry))
    deciding = not isinstance(condition, ConjunctionNode)
    if deciding in sides:
        return deciding
    return None if None in sides else not deciding


def _check_list(filtered_list: FilteredList, entries: Sequence[Entry]) -> Iterator[CheckResult]:
    held = [(entry, has) for entry in entries if (has := filtered_list.contains(entry)) is not None]
    told = [(entry, has, is_match(filtered_list.condition, entry)) for entry, has in held]
    known = [(entry, has, wanted) for entry, has, wanted in told if wanted is not None]
    wrong = next(((entry, wanted) for entry, has, wanted in known if has is not wanted), None)
    if wrong is not None:
        yield from _report_wrong_entry(filtered_list, *wrong)
    elif known:
        yield from filtered_list.context.pass_all()


def _report_wrong_entry(filtered_list: FilteredList, entry: Entry, should_match: bool) -> Iterator[CheckResult]:  # noqa: FBT001 what is due
    shown = f"{entry.image.product_id} / {entry.image.pic_name} with {dict(entry.attributes)}"
    if should_match:
        message = f"{filtered_list.text}: an entry that satisfies the filter is left out"
        yield from filtered_list.context.fail_all(message, (f"{shown} among the entries",), "not listed")
    else:
        message = f"{filtered_list.text}: an entry does not satisfy the filter"
        yield from filtered_list.context.fail_all(message, ("only entries that do",), shown, allow_approximation=False)


def check_missing_attribute(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """An entry that lacks an attribute is treated alike by all conditions on it: by one of the readings there are."""
    if not are_comparable(contexts):
        return
    told: dict[tuple[str, Entry], list[FilteredList]] = {}
    lists = filtered_lists(contexts)
    for entry in all_entries(contexts, lists):
        for one in lists:
            if isinstance(one.condition, AttributeCondition) and one.contains(entry) is not None:
                told.setdefault((one.condition.attribute, entry), []).append(one)
    lacking = {key: some for key, some in told.items() if key[1].attribute(key[0]) is None and len(some) > 1}
    wrong = next((key for key, some in lacking.items() if not _is_consistent(key[1], some)), None)
    if wrong is not None:
        yield from _report_inconsistency(wrong[1], lacking[wrong])
    elif lacking:
        yield from contexts[-1].pass_all()


def _is_consistent(entry: Entry, lists: Sequence[FilteredList]) -> bool:
    """Whether some reading says of every list whether it holds the entry."""
    return any(all(one.contains(entry) is listed(one) for one in lists) for listed in _MISSING_VALUE_RULES)


def _report_inconsistency(entry: Entry, lists: Sequence[FilteredList]) -> Iterator[CheckResult]:
    shown = ", ".join(f"{one.text}: {'' if one.contains(entry) else 'not '}listed" for one in lists)
    name = f"{entry.image.product_id} / {entry.image.pic_name}"
    message = f"{name} lacks the attribute, and the filters on it agree on no reading of that"
    expected = ("never listed", "listed as if zero or empty", "listed by what excludes a value")
    yield from lists[-1].context.fail_all(message, expected, shown)


def _is_never_listed(_filtered_list: FilteredList) -> bool:
    return False


def _is_listed_as_blank(filtered_list: FilteredList) -> bool:
    filters = filtered_list.context.contract.filter_rules
    return satisfies(
        filtered_list.condition, {name: 0 if name in filters.integer_attributes else "" for name in filters.attributes}
    )


def _is_listed_if_excluding(filtered_list: FilteredList) -> bool:
    return (
        isinstance(filtered_list.condition, AttributeCondition)
        and filtered_list.condition.operator in EXCLUDING_OPERATORS
    )


#: What an absent value may be taken for: nothing, zero or the empty text, something other than any value.
_MISSING_VALUE_RULES = (_is_never_listed, _is_listed_as_blank, _is_listed_if_excluding)
