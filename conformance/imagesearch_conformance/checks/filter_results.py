"""Checks of filtered lists against the attributes of their entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.filter_membership import FilteredList, all_entries, filtered_lists
from imagesearch_conformance.checks.paging import are_comparable
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.filters.ast import EXCLUDING_OPERATORS, AttributeCondition, Condition, ConjunctionNode
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.model.survey import Entry


def check_filter(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that a filter lists every entry that satisfies it, and no other, as far as the responses show values.

    Without an unfiltered response only the listed entries can be judged.
    """
    if not are_comparable(contexts):
        return
    lists = filtered_lists(contexts)
    entries = all_entries(contexts, lists)
    for filtered_list in lists:
        yield from _check_list(filtered_list, entries)


def is_match(condition: Condition, entry: Entry) -> bool | None:
    """Return whether an entry satisfies a condition; None if that depends on a value that the entry lacks."""
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
    memberships = (
        (entry, filtered_list.contains(entry), is_match(filtered_list.condition, entry)) for entry in entries
    )
    known = [row for row in memberships if None not in row[1:]]
    wrong = next((entry for entry, is_listed, should_match in known if is_listed is not should_match), None)
    if wrong is not None:
        yield from _report_wrong_entry(filtered_list, wrong)
    elif known:
        yield from filtered_list.context.pass_all()


def _report_wrong_entry(filtered_list: FilteredList, entry: Entry) -> Iterator[CheckResult]:
    text = f"{entry.image.product_id} / {entry.image.pic_name} with {dict(entry.attributes)}"
    if filtered_list.contains(entry):
        message = f"{filtered_list.text}: an entry does not satisfy the filter"
        yield from filtered_list.context.fail_all(
            message, ("only entries that satisfy it",), text, allow_approximation=False
        )
    else:
        message = f"{filtered_list.text}: an entry that satisfies the filter is missing"
        yield from filtered_list.context.fail_all(message, (f"{text} among the entries",), "not listed")


def check_missing_attribute(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that all conditions on an attribute treat an entry without it by one of the possible rules."""
    if not are_comparable(contexts):
        return
    lists = filtered_lists(contexts)
    lists_by_gap: dict[tuple[str, Entry], list[FilteredList]] = {}
    for entry in all_entries(contexts, lists):
        for filtered_list in lists:
            condition = filtered_list.condition
            if (
                isinstance(condition, AttributeCondition)
                and entry.attribute(condition.attribute) is None
                and filtered_list.contains(entry) is not None
            ):
                lists_by_gap.setdefault((condition.attribute, entry), []).append(filtered_list)
    judged = [(entry, group) for (_, entry), group in lists_by_gap.items() if len(group) > 1]
    wrong = next((pair for pair in judged if not _is_consistent(*pair)), None)
    if wrong is not None:
        yield from _report_inconsistency(*wrong)
    elif judged:
        yield from contexts[-1].pass_all()


def _is_consistent(entry: Entry, lists: Sequence[FilteredList]) -> bool:
    return any(all(item.contains(entry) is lists_blank(item) for item in lists) for lists_blank in _MISSING_VALUE_RULES)


def _report_inconsistency(entry: Entry, lists: Sequence[FilteredList]) -> Iterator[CheckResult]:
    actual = ", ".join(f"{item.text}: {'' if item.contains(entry) else 'not '}listed" for item in lists)
    name = f"{entry.image.product_id} / {entry.image.pic_name}"
    message = f"{name} lacks the attribute, and the filters on it treat that inconsistently"
    expected = ("never listed", "listed as if zero or empty", "listed by conditions that exclude a value")
    yield from lists[-1].context.fail_all(message, expected, actual)


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


#: A missing value may count as no value, as zero or the empty text, or as different from every value.
_MISSING_VALUE_RULES = (_is_never_listed, _is_listed_as_blank, _is_listed_if_excluding)
