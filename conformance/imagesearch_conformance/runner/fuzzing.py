"""Sends generated requests, and keeps the smallest of those that depart from something new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import define, field

from imagesearch_conformance.cases.fuzz.building import Builder
from imagesearch_conformance.cases.fuzz.search import Departure, Over, Search, Strategy
from imagesearch_conformance.cases.fuzz.simpler import simpler
from imagesearch_conformance.cases.fuzz.sources import sources
from imagesearch_conformance.cases.fuzz.wire import Wire
from imagesearch_conformance.cases.generated import shrinking
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.runner.events import Example
from imagesearch_conformance.runner.execution import Executor
from imagesearch_conformance.runner.ourselves import our_fault
from imagesearch_conformance.runner.summing import summed
from imagesearch_conformance.verdicts import CaseResult

#: Stands among the names of requirements for an example that nothing answered.
_UNANSWERED = "no reply"

#: So many examples are looked at for each that is wanted: many say the same.
_LOOKS = 10

#: The part of those requests that is kept for what Hypothesis does not make smaller.
_RESERVE = 0.4


@define
class Fuzzing:
    """The generated part of a run.

    `known` are requirements that were departed from before: nothing new is said by departing from
    them again. `ending` says why the run shall end, if it shall. `noted` is told of every example.
    `made` is every example, judged.
    """

    shop: Workshop
    executor: Executor
    known: frozenset[str]
    ending: Callable[[], str | None]
    noted: Callable[[CaseResult], None]
    kept: Path | None = None
    made: list[Example] = field(factory=list, init=False)
    _allowed: int = field(default=0, init=False)
    _allowance: int = field(default=0, init=False)

    def results(self, summaries: Mapping[str, Case]) -> Iterator[CaseResult]:
        """For each source (by its requirement) the smallest departures, then what became of the rest."""
        self._allowed = self._allowance = shrinking(sum(one.examples or 0 for one in summaries.values()))
        strategies = sources(self.shop)
        for source, summary in summaries.items():
            tally = _Tally(self, source, summary)
            tally.search(self._search(source, summary, strategies[source]))
            self.known |= tally.told
            yield from tally.best.values()
            yield tally.summary()

    def spend(self, reserve: float) -> bool:
        """Takes one request from those for making failures small, if so great a part of them is left after it."""
        if self._allowance - 1 < reserve * self._allowed:
            return False
        self._allowance -= 1
        return True

    def _search(self, source: str, summary: Case, strategy: Strategy) -> Callable[[Departure], Search]:
        place = "emulator" if self.shop.target.embedded else self.shop.target.endpoint
        looks = (summary.examples or 0) * _LOOKS
        return lambda departure: Search(strategy, departure, f"{place} {source}", self.shop.seed, looks, self.kept)


@define
class _Tally:
    """What becomes of the examples of one source; `best` has the smallest of each departure."""

    fuzzing: Fuzzing
    source: str
    case: Case
    best: dict[str, CaseResult] = field(factory=dict, init=False)
    _builder: Builder = field(init=False)
    _results: dict[str, CaseResult] = field(factory=dict, init=False)
    _told: frozenset[str] = field(init=False)
    _chasing: str | None = field(default=None, init=False)
    _trouble: str | None = field(default=None, init=False)
    _reserve: float = field(default=_RESERVE, init=False)

    def __attrs_post_init__(self) -> None:
        self._builder = Builder(self.fuzzing.shop)
        self._told = self.fuzzing.known

    @property
    def told(self) -> frozenset[str]:
        """The requirements of which a departure was found, here or before."""
        found = {one.requirement for result in self.best.values() for one in result.judgement.findings}
        return self._told | found | set(self.best)

    def search(self, searching: Callable[[Departure], Search]) -> None:
        """Goes through the source until its share is used up or the run shall end."""
        try:
            searching(self._departure).again()
            for name in set(self.best) - {_UNANSWERED}:
                self._simplify(name)
            while self._another(searching(self._chased)):
                pass
        except Over as over:
            self._trouble = str(over) or None
        except Exception as problem:  # noqa: BLE001 what a strategy cannot make must not cost the run
            self._trouble = our_fault(problem)

    def _another(self, search: Search) -> bool:
        """Looks for one more departure, and makes it small; says whether there was one."""
        self._told = self.told
        self._chase(None)
        try:
            search.anew(len(self.best))
        except Over as over:
            # Whoever is after a failure has at least that one; another may be found with what is left.
            if self._chasing is None or str(over):
                raise
        if self._chasing is not None:
            self._simplify(self._chasing)
        return self._chasing is not None

    def _chase(self, name: str | None) -> None:
        self._chasing = name

    def _simplify(self, name: str) -> None:
        """Takes from the smallest failure whatever does not matter."""
        self._chase(name)
        self._reserve = 0.0
        try:
            while self._simplified(name):
                pass
        except Over as over:
            if str(over):
                raise
        finally:
            self._reserve = _RESERVE

    def _simplified(self, name: str) -> bool:
        """Whether a request with one thing fewer to say departs from the same."""
        case = self.best[name].case
        given = {key: value for key, value in case.probes[-1].request.parameters if not self._paged(case, key)}
        plain = dict(self.fuzzing.shop.request().parameters)
        fewer = simpler(self.fuzzing.shop.contract, plain, given)
        return any(self._departure(one) == name and self.best[name].case != case for one in fewer)

    def _paged(self, case: Case, name: str) -> bool:
        """Whether a parameter is there because a filter is compared with the ranking, not because it was generated."""
        window = self.fuzzing.shop.contract.window
        return case.relation is Relation.FILTERED and name in {window.start, window.count}

    def _chased(self, given: Wire) -> str | None:
        """What an example departs from, as long as that is what the first one departed from."""
        self._chasing = self._departure(given) or self._chasing
        return None if self._chasing is None else self._departure(given)

    def _departure(self, given: Wire) -> str | None:
        """What an example departs from that was not told before, or None; raises Over when there is enough."""
        case = self._builder.case(given, self.source)
        if case is None or not self._wanted(case):
            return None
        result = self._results.get(case.id) or self._made(case)
        name = self._new(result)
        if name is not None:
            held = self.best.get(name)
            if held is None or self._size(result.case) < self._size(held.case):
                self.best[name] = result
        return name

    def _made(self, case: Case) -> CaseResult:
        """Sends an example; raises Over when it may not be sent."""
        if reason := self.fuzzing.ending():
            raise Over(reason)
        share_left = len(self._results) < (self.case.examples or 0)
        if not (self.fuzzing.spend(self._reserve) if self._chasing else share_left):
            raise Over
        result = self.fuzzing.executor.result(case)
        if result.outcome is Outcome.SKIPPED:
            raise Over(result.reason)
        self._results[case.id] = result
        self.fuzzing.made.append(Example(self.source, result))
        self.fuzzing.noted(result)
        if _unanswered(result) and _UNANSWERED not in self._told:
            self.best.setdefault(_UNANSWERED, result)
        return result

    def _wanted(self, case: Case) -> bool:
        return not self.fuzzing.executor.unwanted.issuperset(case.requirements)

    def _new(self, result: CaseResult) -> str | None:
        """The requirement to report an example for: the one that is chased, its own, any that was not told."""
        departed = {one.requirement for one in result.judgement.findings if _telling(one)} - self._told
        if self._chasing is not None:
            return self._chasing if self._chasing in departed else None
        own = [one for one in result.case.requirements if one in departed]
        return next(iter([*own, *sorted(departed)]), None)

    def _size(self, case: Case) -> tuple[int, int, list[str]]:
        """How much an example says beyond a plain request; of two that say as much the lesser values."""
        values = [one or "" for one in self._builder.changes(case.probes[-1].request).values()]
        return len(values), sum(map(len, values)), values

    def summary(self) -> CaseResult:
        """What became of the examples that are not reported by themselves."""
        return summed(self.case, self.source, tuple(self._results.values()), self.told, self._trouble)


def _telling(finding: Finding) -> bool:
    """Whether a finding is worth a case: outcomes that are tolerated are not."""
    return finding.grade is Grade.DOCUMENTED


def _unanswered(result: CaseResult) -> bool:
    return result.outcome is Outcome.ERRORED and not result.exchanges
