"""Recorded calls that have to fit together: the same again, pages of one ranking, filters beside a ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import frozen

from imagesearch_conformance.cases.fuzz.operands import Standing, mixed, parsed, standing
from imagesearch_conformance.cases.generated import FILTERS
from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.reading import read
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.recordings.calls import Call
from imagesearch_conformance.recordings.expecting import Asked

#: The most calls of one relation: what more of them show, the first ones do.
_MOST = 24

#: What a call says apart from where its page begins and how long it is, and apart from its filter.
_Said = tuple[tuple[str, str], ...]


@frozen(eq=False)
class Related:
    """Calls that have to fit together, in the order in which a check takes them."""

    case: Case
    calls: tuple[Call, ...]


@frozen
class Relating:
    """Finds relations among calls that are valid in every reading and were answered with success."""

    contract: Contract
    found: Sequence[Asked]

    def same(self) -> Iterator[tuple[Asked, ...]]:
        """Calls that say the same, in the order in which they were sent, where there are two or more."""
        yield from (tuple(many) for many in self._by_words(self.found).values() if len(many) > 1)

    def repeated(self, many: Sequence[Asked]) -> Iterator[Related]:
        """Each of them beside the one before, entry by entry and as a whole."""
        for name, relation in (
            ("paging.repeatable", Relation.SAME_ENTRIES),
            ("response.repeatable", Relation.SAME_REPLY),
        ):
            for first, last in list(pairwise(many))[:_MOST]:
                yield from self._related(name, relation, (first, last), "the same call twice")

    def others(self) -> Iterator[Related]:
        """Pages of one ranking, and filters beside the first page of it."""
        once = [many[0] for many in self._by_words(self.found).values() if not self._narrowed(many[0])]
        for pages in self._grouped(once, self._ranking).values():
            yield from self._pages(sorted(pages, key=self._page))
        yield from self._filters(once)

    def _narrowed(self, asked: Asked) -> bool:
        """Whether more than a filter leaves entries out: what that does to counters and pages is not certain."""
        narrowing = self.contract.narrowing
        return any(name in asked.call.given for name in (narrowing.threshold, narrowing.distinct) if name is not None)

    def _by_words(self, found: Iterable[Asked]) -> Mapping[_Said, list[Asked]]:
        return self._grouped(found, lambda one: tuple(sorted(one.call.given.items())))

    @staticmethod
    def _grouped(found: Iterable[Asked], key: Callable[[Asked], _Said]) -> Mapping[_Said, list[Asked]]:
        groups: dict[_Said, list[Asked]] = {}
        for one in found:
            groups.setdefault(key(one), []).append(one)
        return groups

    def _ranking(self, asked: Asked) -> _Said:
        window = self.contract.window
        return tuple(sorted((k, v) for k, v in asked.call.given.items() if k not in {window.start, window.count}))

    def _page(self, asked: Asked) -> tuple[int, int]:
        """Where a page begins, and how many entries it asks for."""
        start, count = (
            asked.call.sent.integer(name) if asked.call.given.get(name) else self.contract.parameter(name).default
            for name in (self.contract.window.start, self.contract.window.count)
        )
        return int(start or 0), int(count or 0)

    def _pages(self, pages: Sequence[Asked]) -> Iterator[Related]:
        if len(pages) < 2:  # noqa: PLR2004 a relation needs two
            return
        kept = tuple(pages[:_MOST])
        yield from self._related("paging.full", Relation.FULL, kept, "pages of one ranking")
        yield from self._related("paging.counters", Relation.SAME_COUNTERS, kept, "the counters of several pages")
        yield from self._slices(kept)
        yield from self._following(kept)
        if self._page(kept[0])[0] == 0:
            for last in kept[1:]:
                if self._page(last)[0] > 0:
                    title = "a page that may lie beyond the last entry"
                    yield from self._related("paging.beyond", Relation.EMPTY_BEYOND, (kept[0], last), title)

    def _slices(self, pages: tuple[Asked, ...]) -> Iterator[Related]:
        longest = max(self._page(one)[1] for one in pages)
        whole = [one for one in pages if self._page(one)[1] == longest]
        for one in pages:
            start, count = self._page(one)
            if count < longest:
                name = "paging.prefix" if start == 0 else "paging.concatenation"
                title = f"the page of {count} from {start} on, beside longer ones"
                yield from self._related(name, Relation.SLICES, (*whole, one), title)

    def _following(self, pages: tuple[Asked, ...]) -> Iterator[Related]:
        """Pages of one length that follow each other from the first entry on list nothing twice."""
        chains: dict[int, list[Asked]] = {}
        for one in pages:
            start, count = self._page(one)
            if count and start == count * len(chains.get(count, ())):
                chains.setdefault(count, []).append(one)
        for count, chain in chains.items():
            if len(chain) > 1:
                title = f"pages of {count} that follow each other"
                yield from self._related("paging.concatenation", Relation.COHERENT, (*chain, chain[-1]), title)

    def _filters(self, once: Sequence[Asked]) -> Iterator[Related]:
        """Each clear filter from the top of a ranking, beside the longest first page of the ranking without it."""
        parameter = self.contract.filter
        if parameter is None:
            return
        tops = [one for one in once if self._page(one)[0] == 0]
        plain: dict[_Said, Asked] = {}
        for one in sorted(tops, key=self._page):
            if not one.call.given.get(parameter.name):
                plain[self._unfiltered(one)] = one
        for one in tops:
            text = one.call.given.get(parameter.name)
            name = self._of_filter(text) if text else None
            if name is not None:
                beside = plain.get(self._unfiltered(one))
                views = (one,) if beside is None else (beside, one)
                if not all(map(self._decided, views)):
                    continue
                yield from self._related(name, Relation.FILTERED, views, f"{text!a} beside what is not filtered")

    def _decided(self, asked: Asked) -> bool:
        """Whether every number shown is one that an attribute can have: of others nobody says how they compare."""
        entries = entries_of(self.contract, read(asked.call.exchange.reply, self.contract.protocol.success))
        shown = (value for one in entries for _, value in one.attributes if isinstance(value, int))
        return all(map(self.contract.filters.decided, shown))

    def _unfiltered(self, asked: Asked) -> _Said:
        name = "" if self.contract.filter is None else self.contract.filter.name
        return tuple(pair for pair in self._ranking(asked) if pair[0] != name)

    def _of_filter(self, text: str) -> str | None:
        """The requirement of a filter whose meaning is certain."""
        condition = parsed(self.contract, text)
        if condition is None or standing(self.contract, text) is not Standing.CLEAR:
            return None
        for attribute, operators in self.contract.filters.operators.items():
            for name, sign in operators.items():
                if (getattr(condition, "attribute", None), getattr(condition, "operator", None)) == (attribute, sign):
                    return f"filter.{attribute}.{name}"
        return "filter.precedence" if mixed(condition) else FILTERS

    def _related(self, name: str, relation: Relation, found: Sequence[Asked], title: str) -> Iterator[Related]:
        """The case of a relation; none where the contract has no such requirement."""
        if name not in self.contract.requirements:
            return
        numbers = [one.call.recorded.number for one in found]
        case_id = f"recorded/{numbers[0]:04}-and-{numbers[-1]:04}-{name}"
        told = f"{title}, entries {', '.join(map(str, dict.fromkeys(numbers)))} of the recording"
        expectation = Expectation.of(self.contract.accepted())
        case = Case(case_id, told, (name,), (), expectation, found[0].case.violations, relation=relation)
        yield Related(case, tuple(one.call for one in found))
