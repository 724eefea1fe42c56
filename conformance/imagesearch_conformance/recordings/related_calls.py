"""Find relations between recorded calls: repeated calls, pages of one ranking, filters of a ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import frozen

from imagesearch_conformance.cases.generated_placeholders import GENERATED_FILTERS
from imagesearch_conformance.checks.parsed_response import parse_entries, parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Expectation, Relation
from imagesearch_conformance.oracle.filter_status import (
    FilterStatus,
    classify_filter,
    has_mixed_operators,
    parse_filter,
)
from imagesearch_conformance.recordings.calls import RecordedCall
from imagesearch_conformance.recordings.recorded_cases import RecordedCase

#: Maximum of calls in one relation.
_MAX_RELATED_CALLS = 24

#: Parameters that calls of one group share: all of them, or without those of paging or the filter.
_CallKey = tuple[tuple[str, str], ...]


@frozen(eq=False)
class RelatedCalls:
    """The case of a relation, and its calls in the order that the check expects."""

    case: Case
    calls: tuple[RecordedCall, ...]


@frozen
class RelationFinder:
    """Finds relations among certainly valid calls with success responses."""

    contract: Contract
    cases: Sequence[RecordedCase]

    def find_repeats(self) -> Iterator[tuple[RecordedCase, ...]]:
        """Yield groups of two or more calls with the same parameters, in the order in which they were sent."""
        yield from (tuple(group) for group in self._group_identical(self.cases).values() if len(group) > 1)

    def relate_repeats(self, repeats: Sequence[RecordedCase]) -> Iterator[RelatedCalls]:
        """Relate each call to the previous one, by its entries and as a whole."""
        for name, relation in (
            ("paging.repeatable", Relation.SAME_ENTRIES),
            ("response.repeatable", Relation.SAME_RESPONSE),
        ):
            for first, last in list(pairwise(repeats))[:_MAX_RELATED_CALLS]:
                yield from self._build_relation(name, relation, (first, last), "the same call twice")

    def relate_pages_and_filters(self) -> Iterator[RelatedCalls]:
        """Relate the pages of one ranking, and filters to the first page of their ranking."""
        unique_cases = [
            group[0]
            for group in self._group_identical(self.cases).values()
            if not self._has_threshold_or_distinct(group[0])
        ]
        for pages in self._group_by(unique_cases, self._ranking_key).values():
            yield from self._relate_pages(sorted(pages, key=self._page_window))
        yield from self._relate_filters(unique_cases)

    def _has_threshold_or_distinct(self, recorded_case: RecordedCase) -> bool:
        """Return whether more than a filter leaves entries out: its effect on counters and pages is unspecified."""
        result_filters = self.contract.result_filters
        return any(
            name in recorded_case.call.parameters
            for name in (result_filters.threshold_parameter, result_filters.distinct_parameter)
            if name is not None
        )

    def _group_identical(self, cases: Iterable[RecordedCase]) -> Mapping[_CallKey, list[RecordedCase]]:
        return self._group_by(cases, lambda case: tuple(sorted(case.call.parameters.items())))

    @staticmethod
    def _group_by(
        cases: Iterable[RecordedCase], key: Callable[[RecordedCase], _CallKey]
    ) -> Mapping[_CallKey, list[RecordedCase]]:
        groups: dict[_CallKey, list[RecordedCase]] = {}
        for case in cases:
            groups.setdefault(key(case), []).append(case)
        return groups

    def _ranking_key(self, recorded_case: RecordedCase) -> _CallKey:
        window = self.contract.window
        return tuple(
            sorted(
                pair
                for pair in recorded_case.call.parameters.items()
                if pair[0] not in {window.start_parameter, window.count_parameter}
            )
        )

    def _page_window(self, recorded_case: RecordedCase) -> tuple[int, int]:
        """The start and the size of a page, or their defaults."""
        start, count = (
            recorded_case.call.parsed_request.integer(name)
            if recorded_case.call.parameters.get(name)
            else self.contract.parameter(name).default
            for name in (self.contract.window.start_parameter, self.contract.window.count_parameter)
        )
        return int(start or 0), int(count or 0)

    def _relate_pages(self, pages: Sequence[RecordedCase]) -> Iterator[RelatedCalls]:
        if len(pages) < 2:  # noqa: PLR2004 a relation needs two
            return
        pages = pages[:_MAX_RELATED_CALLS]
        yield from self._build_relation("paging.full", Relation.FULL_PAGE, pages, "pages of one ranking")
        yield from self._build_relation(
            "paging.counters", Relation.SAME_COUNTERS, pages, "the counters of several pages"
        )
        yield from self._relate_slices(pages)
        yield from self._relate_consecutive_pages(pages)
        first, *others = pages
        if self._page_window(first)[0] == 0:
            for page in others:
                if self._page_window(page)[0] > 0:
                    title = "a page that may be beyond the last entry"
                    yield from self._build_relation("paging.beyond", Relation.EMPTY_BEYOND, (first, page), title)

    def _relate_slices(self, pages: Sequence[RecordedCase]) -> Iterator[RelatedCalls]:
        max_count = max(self._page_window(page)[1] for page in pages)
        longest = [page for page in pages if self._page_window(page)[1] == max_count]
        for page in pages:
            start, count = self._page_window(page)
            if count < max_count:
                name = "paging.prefix" if start == 0 else "paging.concatenation"
                title = f"the page of {count} from {start} on, with longer ones"
                yield from self._build_relation(name, Relation.SLICES, (*longest, page), title)

    def _relate_consecutive_pages(self, pages: Sequence[RecordedCase]) -> Iterator[RelatedCalls]:
        """Relate pages of one size that follow each other from the first entry on."""
        chains: dict[int, list[RecordedCase]] = {}
        for page in pages:
            start, count = self._page_window(page)
            if count and start == count * len(chains.get(count, ())):
                chains.setdefault(count, []).append(page)
        for count, chain in chains.items():
            if len(chain) > 1:
                title = f"pages of {count} that follow each other"
                yield from self._build_relation(
                    "paging.concatenation", Relation.CONSISTENT_PAGES, (*chain, chain[-1]), title
                )

    def _relate_filters(self, unique_cases: Sequence[RecordedCase]) -> Iterator[RelatedCalls]:
        """Relate each first page with a certain filter to the longest first page of its ranking without the filter."""
        parameter = self.contract.filter_parameter
        if parameter is None:
            return
        first_pages = [case for case in unique_cases if self._page_window(case)[0] == 0]
        unfiltered_cases: dict[_CallKey, RecordedCase] = {}
        for case in sorted(first_pages, key=self._page_window):
            if not case.call.parameters.get(parameter.name):
                unfiltered_cases[self._unfiltered_key(case)] = case
        for case in first_pages:
            text = case.call.parameters.get(parameter.name)
            name = self._filter_requirement(text) if text else None
            if name is not None:
                unfiltered = unfiltered_cases.get(self._unfiltered_key(case))
                cases = (case,) if unfiltered is None else (unfiltered, case)
                if all(map(self._has_comparable_values, cases)):
                    title = f"{text!a} and the unfiltered ranking"
                    yield from self._build_relation(name, Relation.FILTERED, cases, title)

    def _has_comparable_values(self, recorded_case: RecordedCase) -> bool:
        """Return whether an attribute can have every number in the entries: how others compare is unspecified."""
        entries = parse_entries(
            self.contract, parse_response(recorded_case.call.exchange.response, self.contract.protocol.success_status)
        )
        numbers = (value for entry in entries for _, value in entry.attributes if isinstance(value, int))
        return all(map(self.contract.filter_rules.is_specified_operand, numbers))

    def _unfiltered_key(self, recorded_case: RecordedCase) -> _CallKey:
        name = "" if self.contract.filter_parameter is None else self.contract.filter_parameter.name
        return tuple(pair for pair in self._ranking_key(recorded_case) if pair[0] != name)

    def _filter_requirement(self, text: str) -> str | None:
        """The requirement of a filter, or None if its meaning is uncertain."""
        condition = parse_filter(self.contract, text)
        if condition is None or classify_filter(self.contract, text) is not FilterStatus.VALID:
            return None
        for attribute, operators in self.contract.filter_rules.operators.items():
            for name, operator in operators.items():
                if (getattr(condition, "attribute", None), getattr(condition, "operator", None)) == (
                    attribute,
                    operator,
                ):
                    return f"filter.{attribute}.{name}"
        return "filter.precedence" if has_mixed_operators(condition) else GENERATED_FILTERS

    def _build_relation(
        self, name: str, relation: Relation, cases: Sequence[RecordedCase], title: str
    ) -> Iterator[RelatedCalls]:
        """Yield the case of a relation if the contract has its requirement."""
        if name not in self.contract.requirements:
            return
        numbers = [case.call.entry.number for case in cases]
        case_id = f"recorded/{numbers[0]:04}-and-{numbers[-1]:04}-{name}"
        title = f"{title}, entries {', '.join(map(str, dict.fromkeys(numbers)))} of the recording"
        expectation = Expectation.from_acceptances(self.contract.success_acceptance())
        case = Case(case_id, title, (name,), (), expectation, cases[0].case.violations, relation=relation)
        yield RelatedCalls(case, tuple(case.call for case in cases))
