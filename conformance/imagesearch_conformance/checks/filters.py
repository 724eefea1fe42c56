"""Checks of filtered lists: against the attributes of their entries, and against each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import field, frozen

from imagesearch_conformance.checks.paging import are_comparable, page_size
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.filters.ast import (
    EXCLUDING_OPERATORS,
    AttributeCondition,
    Condition,
    ConjunctionNode,
    satisfies,
)
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image

#: Scores of different responses may differ by this much: search engines compute with few digits.
_RESPONSE_SCORE_TOLERANCE = 1e-3


@frozen
class FilteredList:
    """A filtered list from the top of a ranking, as far as a single page shows it.

    `has_comparable_scores`: its scores are those of the other responses. `max_hidden_score`: the highest
    score that an entry behind a full page may have. `is_complete`: nothing is behind the page, because it is
    not full and no counter claims more.
    """

    context: CheckContext
    text: str
    condition: Condition
    entries: tuple[Entry, ...]
    has_comparable_scores: bool = True
    images: frozenset[Image] = field(init=False, repr=False)
    max_hidden_score: float = field(init=False)
    is_complete: bool = field(init=False)

    @images.default
    def _collect_images(self) -> frozenset[Image]:
        return frozenset(entry.image for entry in self.entries)

    @max_hidden_score.default
    def _compute_max_hidden_score(self) -> float:
        scores = [math.inf if entry.score is None else entry.score for entry in self.entries]
        is_descending = all(score >= following for score, following in pairwise(scores))
        return scores[-1] if scores and is_descending and self.has_comparable_scores else math.inf

    @is_complete.default
    def _compute_is_complete(self) -> bool:
        count = len(self.entries)
        return count < page_size(self.context) and all(
            counter is None or counter <= count for counter in self.context.response.counters
        )

    def contains(self, entry: Entry) -> bool | None:
        """Return whether the list has the entry; None if it may be behind the page.

        Entries of equal score may come in any order, so those that score like the last one are undetermined.
        """
        if entry.image in self.images:
            return True
        if self.is_complete:
            return False
        if entry.score is None or entry.score <= self.max_hidden_score + _RESPONSE_SCORE_TOLERANCE:
            return None
        return False


def filtered_lists(contexts: Sequence[CheckContext]) -> list[FilteredList]:
    """The lists of the requests that have a valid filter, in their order."""
    lists, scores = [], {entry.image: entry.score for entry in unfiltered_entries(contexts)}
    for context in contexts:
        text = context.filter
        condition = None if text is None else context.contract.filter_rules.parse_leniently(text)
        if text is not None and condition is not None:
            entries = context.entries
            lists.append(FilteredList(context, text, condition, entries, _has_same_scores(entries, scores)))
    return lists


def _has_same_scores(entries: Sequence[Entry], scores: Mapping[Image, float | None]) -> bool:
    """Return whether entries that the unfiltered ranking lists too have the same scores there."""
    pairs = ((entry.score, scores.get(entry.image)) for entry in entries)
    return all(
        score is None or unfiltered is None or abs(score - unfiltered) <= _RESPONSE_SCORE_TOLERANCE
        for score, unfiltered in pairs
    )


def unfiltered_entries(contexts: Sequence[CheckContext]) -> list[Entry]:
    """The entries of the responses to requests without a filter."""
    unfiltered = [context for context in contexts if context.filter is None]
    return [entry for context in unfiltered for entry in context.entries]


def all_entries(contexts: Sequence[CheckContext], lists: Iterable[FilteredList]) -> list[Entry]:
    """Every entry of any response, once; taken from the unfiltered ranking where that has it."""
    entries = [*unfiltered_entries(contexts), *(entry for item in lists for entry in item.entries)]
    return list({entry.image: entry for entry in reversed(entries)}.values())[::-1]


def expected_membership(
    condition: Condition, entries: Sequence[Entry], lists: Sequence[FilteredList]
) -> list[bool | None]:
    """Tell for each entry whether the lists of the parts imply it in a combination; None if undetermined."""
    if isinstance(condition, AttributeCondition):
        own = next((item for item in lists if item.condition == condition), None)
        return [None if own is None else own.contains(entry) for entry in entries]
    sides = zip(*(expected_membership(side, entries, lists) for side in (condition.left, condition.right)), strict=True)
    deciding = not isinstance(condition, ConjunctionNode)
    return [deciding if deciding in both else None if None in both else not deciding for both in sides]


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
    condition = filtered_list.condition
    memberships = (
        (entry, is_listed, is_match(condition, entry))
        for entry in entries
        if (is_listed := filtered_list.contains(entry)) is not None
    )
    known = [(entry, is_listed is expected) for entry, is_listed, expected in memberships if expected is not None]
    wrong = next((entry for entry, is_right in known if not is_right), None)
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
