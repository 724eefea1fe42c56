"""Recorded calls that have to fit together: the same again, pages of one ranking, filters beside a ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import frozen

from imagesearch_conformance.cases.generated_placeholders import GENERATED_FILTERS
from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.parsed_response import parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.generation.filter_status import (
    FilterStatus,
    classify_filter,
    has_mixed_operators,
    parse_filter,
)
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.recordings.recorded_cases import RecordedCase
from imagesearch_conformance.recordings.select_calls import RecordedCall

#: The most calls of one relation: what more of them show, the first ones do.
_MAX_RELATED_CALLS = 24

#: What a call says apart from where its page begins and how long it is, and apart from its filter.
_CallKey = tuple[tuple[str, str], ...]


@frozen(eq=False)
class RelatedCalls:
    """Calls that have to fit together, in the order in which a check takes them."""

    case: Case
    calls: tuple[RecordedCall, ...]


@frozen
class RelationFinder:
    """Finds relations among calls that are valid in every reading and were answered with success."""

    contract: Contract
    cases: Sequence[RecordedCase]

    def find_repeats(self) -> Iterator[tuple[RecordedCase, ...]]:
        """Calls that say the same, in the order in which they were sent, where there are two or more."""
        yield from (tuple(many) for many in self._group_identical(self.cases).values() if len(many) > 1)

    def relate_repeats(self, repeats: Sequence[RecordedCase]) -> Iterator[RelatedCalls]:
        """Each of them beside the one before, entry by entry and as a whole."""
        for name, relation in (
            ("paging.repeatable", Relation.SAME_ENTRIES),
            ("response.repeatable", Relation.SAME_RESPONSE),
        ):
            for first, last in list(pairwise(repeats))[:_MAX_RELATED_CALLS]:
                yield from self._build_relation(name, relation, (first, last), "the same call twice")

    def relate_pages_and_filters(self) -> Iterator[RelatedCalls]:
        """Pages of one ranking, and filters beside the first page of it."""
        once = [
            many[0]
            for many in self._group_identical(self.cases).values()
            if not self._has_threshold_or_distinct(many[0])
        ]
        for pages in self._group_by(once, self._ranking_key).values():
            yield from self._relate_pages(sorted(pages, key=self._page_window))
        yield from self._relate_filters(once)

    def _has_threshold_or_distinct(self, recorded_case: RecordedCase) -> bool:
        """Whether more than a filter leaves entries out: what that does to counters and pages is not certain."""
        narrowing = self.contract.result_filters
        return any(
            name in recorded_case.call.parameters
            for name in (narrowing.threshold_parameter, narrowing.distinct_parameter)
            if name is not None
        )

    def _group_identical(self, cases: Iterable[RecordedCase]) -> Mapping[_CallKey, list[RecordedCase]]:
        return self._group_by(cases, lambda one: tuple(sorted(one.call.parameters.items())))

    @staticmethod
    def _group_by(
        cases: Iterable[RecordedCase], key: Callable[[RecordedCase], _CallKey]
    ) -> Mapping[_CallKey, list[RecordedCase]]:
        groups: dict[_CallKey, list[RecordedCase]] = {}
        for one in cases:
            groups.setdefault(key(one), []).append(one)
        return groups

    def _ranking_key(self, recorded_case: RecordedCase) -> _CallKey:
        window = self.contract.window
        return tuple(
            sorted(
                (k, v)
                for k, v in recorded_case.call.parameters.items()
                if k not in {window.start_parameter, window.count_parameter}
            )
        )

    def _page_window(self, recorded_case: RecordedCase) -> tuple[int, int]:
        """Where a page begins, and how many entries it asks for."""
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
        kept = tuple(pages[:_MAX_RELATED_CALLS])
        yield from self._build_relation("paging.full", Relation.FULL_PAGE, kept, "pages of one ranking")
        yield from self._build_relation(
            "paging.counters", Relation.SAME_COUNTERS, kept, "the counters of several pages"
        )
        yield from self._relate_slices(kept)
        yield from self._relate_consecutive_pages(kept)
        if self._page_window(kept[0])[0] == 0:
            for last in kept[1:]:
                if self._page_window(last)[0] > 0:
                    title = "a page that may lie beyond the last entry"
                    yield from self._build_relation("paging.beyond", Relation.EMPTY_BEYOND, (kept[0], last), title)

    def _relate_slices(self, pages: tuple[RecordedCase, ...]) -> Iterator[RelatedCalls]:
        longest = max(self._page_window(one)[1] for one in pages)
        whole = [one for one in pages if self._page_window(one)[1] == longest]
        for one in pages:
            start, count = self._page_window(one)
            if count < longest:
                name = "paging.prefix" if start == 0 else "paging.concatenation"
                title = f"the page of {count} from {start} on, beside longer ones"
                yield from self._build_relation(name, Relation.SLICES, (*whole, one), title)

    def _relate_consecutive_pages(self, pages: tuple[RecordedCase, ...]) -> Iterator[RelatedCalls]:
        """Pages of one length that follow each other from the first entry on list nothing twice."""
        chains: dict[int, list[RecordedCase]] = {}
        for one in pages:
            start, count = self._page_window(one)
            if count and start == count * len(chains.get(count, ())):
                chains.setdefault(count, []).append(one)
        for count, chain in chains.items():
            if len(chain) > 1:
                title = f"pages of {count} that follow each other"
                yield from self._build_relation(
                    "paging.concatenation", Relation.CONSISTENT_PAGES, (*chain, chain[-1]), title
                )

    def _relate_filters(self, unique_cases: Sequence[RecordedCase]) -> Iterator[RelatedCalls]:
        """Each clear filter from the top of a ranking, beside the longest first page of the ranking without it."""
        parameter = self.contract.filter_parameter
        if parameter is None:
            return
        tops = [one for one in unique_cases if self._page_window(one)[0] == 0]
        plain: dict[_CallKey, RecordedCase] = {}
        for one in sorted(tops, key=self._page_window):
            if not one.call.parameters.get(parameter.name):
                plain[self._unfiltered_key(one)] = one
        for one in tops:
            text = one.call.parameters.get(parameter.name)
            name = self._filter_requirement(text) if text else None
            if name is not None:
                beside = plain.get(self._unfiltered_key(one))
                views = (one,) if beside is None else (beside, one)
                if not all(map(self._has_comparable_values, views)):
                    continue
                yield from self._build_relation(name, Relation.FILTERED, views, f"{text!a} beside what is not filtered")

    def _has_comparable_values(self, recorded_case: RecordedCase) -> bool:
        """Whether every number shown is one that an attribute can have: of others nobody says how they compare."""
        entries = parse_entries(
            self.contract, parse_response(recorded_case.call.exchange.response, self.contract.protocol.success_status)
        )
        shown = (value for one in entries for _, value in one.attributes if isinstance(value, int))
        return all(map(self.contract.filter_rules.is_specified_operand, shown))

    def _unfiltered_key(self, recorded_case: RecordedCase) -> _CallKey:
        name = "" if self.contract.filter_parameter is None else self.contract.filter_parameter.name
        return tuple(pair for pair in self._ranking_key(recorded_case) if pair[0] != name)

    def _filter_requirement(self, text: str) -> str | None:
        """The requirement of a filter whose meaning is certain."""
        condition = parse_filter(self.contract, text)
        if condition is None or classify_filter(self.contract, text) is not FilterStatus.VALID:
            return None
        for attribute, operators in self.contract.filter_rules.operators.items():
            for name, sign in operators.items():
                if (getattr(condition, "attribute", None), getattr(condition, "operator", None)) == (attribute, sign):
                    return f"filter.{attribute}.{name}"
        return "filter.precedence" if has_mixed_operators(condition) else GENERATED_FILTERS

    def _build_relation(
        self, name: str, relation: Relation, cases: Sequence[RecordedCase], title: str
    ) -> Iterator[RelatedCalls]:
        """The case of a relation; none where the contract has no such requirement."""
        if name not in self.contract.requirements:
            return
        numbers = [one.call.entry.number for one in cases]
        case_id = f"recorded/{numbers[0]:04}-and-{numbers[-1]:04}-{name}"
        told = f"{title}, entries {', '.join(map(str, dict.fromkeys(numbers)))} of the recording"
        expectation = Expectation.from_acceptances(self.contract.success_acceptance())
        case = Case(case_id, told, (name,), (), expectation, cases[0].case.violations, relation=relation)
        yield RelatedCalls(case, tuple(one.call for one in cases))
