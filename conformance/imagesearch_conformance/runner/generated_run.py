"""Sends generated requests, and keeps the smallest of those that depart from something new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import define, field

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.generated_placeholders import shrink_budget
from imagesearch_conformance.generation.form_encoding import WireParameters
from imagesearch_conformance.generation.generated_cases import GeneratedCaseBuilder
from imagesearch_conformance.generation.search import ExampleSearch, FailureCheck, ParameterStrategy, SearchStopped
from imagesearch_conformance.generation.simplify import simpler_requests
from imagesearch_conformance.generation.sources import source_strategies
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.runner.case_executor import CaseExecutor
from imagesearch_conformance.runner.events import GeneratedExample
from imagesearch_conformance.runner.generated_summary import summarize_generated
from imagesearch_conformance.runner.internal_errors import internal_error_reason

#: Stands among the names of requirements for an example that nothing answered.
_NO_RESPONSE = "no reply"

#: So many examples are looked at for each that is wanted: many say the same.
_DRAWS_PER_EXAMPLE = 10

#: The part of those requests that is kept for what Hypothesis does not make smaller.
_SHRINK_RESERVE = 0.4


@define
class GeneratedRun:
    """The generated part of a run.

    `known` are requirements that were departed from before: nothing new is said by departing from
    them again. `ending` says why the run shall end, if it shall. `noted` is told of every example.
    `made` is every example, judged.
    """

    builder: CaseBuilder
    executor: CaseExecutor
    reported_requirements: frozenset[str]
    stop_reason: Callable[[], str | None]
    on_result: Callable[[CaseResult], None]
    database_directory: Path | None = None
    examples: list[GeneratedExample] = field(factory=list, init=False)
    _shrink_budget: int = field(default=0, init=False)
    _shrink_requests_left: int = field(default=0, init=False)

    def run_sources(self, summaries: Mapping[str, Case]) -> Iterator[CaseResult]:
        """For each source (by its requirement) the smallest departures, then what became of the rest."""
        self._shrink_budget = self._shrink_requests_left = shrink_budget(
            sum(one.examples or 0 for one in summaries.values())
        )
        strategies = source_strategies(self.builder)
        for source, summary in summaries.items():
            tally = _SourceRun(self, source, summary)
            tally.search(self._search_factory(source, summary, strategies[source]))
            self.reported_requirements |= tally.reported_requirements
            yield from tally.smallest.values()
            yield tally.summarize()

    def take_shrink_request(self, reserve: float) -> bool:
        """Takes one request from those for making failures small, if so great a part of them is left after it."""
        if self._shrink_requests_left - 1 < reserve * self._shrink_budget:
            return False
        self._shrink_requests_left -= 1
        return True

    def _search_factory(
        self, source: str, summary: Case, strategy: ParameterStrategy
    ) -> Callable[[FailureCheck], ExampleSearch]:
        place = "emulator" if self.builder.target.is_emulator else self.builder.target.endpoint
        looks = (summary.examples or 0) * _DRAWS_PER_EXAMPLE
        return lambda departure: ExampleSearch(
            strategy, departure, f"{place} {source}", self.builder.seed, looks, self.database_directory
        )


@define
class _SourceRun:
    """What becomes of the examples of one source; `best` has the smallest of each departure."""

    generated_run: GeneratedRun
    source: str
    summary_case: Case
    smallest: dict[str, CaseResult] = field(factory=dict, init=False)
    _builder: GeneratedCaseBuilder = field(init=False)
    _results: dict[str, CaseResult] = field(factory=dict, init=False)
    _reported_before: frozenset[str] = field(init=False)
    _shrink_target: str | None = field(default=None, init=False)
    _stop_reason: str | None = field(default=None, init=False)
    _shrink_reserve: float = field(default=_SHRINK_RESERVE, init=False)

    def __attrs_post_init__(self) -> None:
        self._builder = GeneratedCaseBuilder(self.generated_run.builder)
        self._reported_before = self.generated_run.reported_requirements

    @property
    def reported_requirements(self) -> frozenset[str]:
        """The requirements of which a departure was found, here or before."""
        found = {one.requirement for result in self.smallest.values() for one in result.judgement.findings}
        return self._reported_before | found | set(self.smallest)

    def search(self, create_search: Callable[[FailureCheck], ExampleSearch]) -> None:
        """Goes through the source until its share is used up or the run shall end."""
        try:
            create_search(self._try_example).replay_failures()
            for name in set(self.smallest) - {_NO_RESPONSE}:
                self._simplify(name)
            while self._find_another(create_search(self._try_for_target)):
                pass
        except SearchStopped as over:
            self._stop_reason = str(over) or None
        except Exception as problem:  # noqa: BLE001 what a strategy cannot make must not cost the run
            self._stop_reason = internal_error_reason(problem)

    def _find_another(self, search: ExampleSearch) -> bool:
        """Looks for one more departure, and makes it small; says whether there was one."""
        self._reported_before = self.reported_requirements
        self._set_shrink_target(None)
        try:
            search.find_failure(len(self.smallest))
        except SearchStopped as over:
            # Whoever is after a failure has at least that one; another may be found with what is left.
            if self._shrink_target is None or str(over):
                raise
        if self._shrink_target is not None:
            self._simplify(self._shrink_target)
        return self._shrink_target is not None

    def _set_shrink_target(self, name: str | None) -> None:
        self._shrink_target = name

    def _simplify(self, name: str) -> None:
        """Takes from the smallest failure whatever does not matter."""
        self._set_shrink_target(name)
        self._shrink_reserve = 0.0
        try:
            while self._simplify_once(name):
                pass
        except SearchStopped as over:
            if str(over):
                raise
        finally:
            self._shrink_reserve = _SHRINK_RESERVE

    def _simplify_once(self, name: str) -> bool:
        """Whether a request with one thing fewer to say departs from the same."""
        case = self.smallest[name].case
        given = {
            key: value for key, value in case.probes[-1].request.parameters if not self._is_paging_parameter(case, key)
        }
        plain = dict(self.generated_run.builder.request().parameters)
        fewer = simpler_requests(self.generated_run.builder.contract, plain, given)
        return any(self._try_example(one) == name and self.smallest[name].case != case for one in fewer)

    def _is_paging_parameter(self, case: Case, name: str) -> bool:
        """Whether a parameter is there because a filter is compared with the ranking, not because it was generated."""
        window = self.generated_run.builder.contract.window
        return case.relation is Relation.FILTERED and name in {window.start_parameter, window.count_parameter}

    def _try_for_target(self, form: WireParameters) -> str | None:
        """What an example departs from, as long as that is what the first one departed from."""
        self._shrink_target = self._try_example(form) or self._shrink_target
        return None if self._shrink_target is None else self._try_example(form)

    def _try_example(self, form: WireParameters) -> str | None:
        """What an example departs from that was not told before, or None; raises Over when there is enough."""
        case = self._builder.build_case(form, self.source)
        if case is None or not self._is_selected(case):
            return None
        result = self._results.get(case.id) or self._send_example(case)
        name = self._requirement_to_report(result)
        if name is not None:
            held = self.smallest.get(name)
            if held is None or self._size_key(result.case) < self._size_key(held.case):
                self.smallest[name] = result
        return name

    def _send_example(self, case: Case) -> CaseResult:
        """Sends an example; raises Over when it may not be sent."""
        if reason := self.generated_run.stop_reason():
            raise SearchStopped(reason)
        share_left = len(self._results) < (self.summary_case.examples or 0)
        if not (self.generated_run.take_shrink_request(self._shrink_reserve) if self._shrink_target else share_left):
            raise SearchStopped
        result = self.generated_run.executor.execute(case)
        if result.outcome is Outcome.SKIPPED:
            raise SearchStopped(result.reason)
        self._results[case.id] = result
        self.generated_run.examples.append(GeneratedExample(self.source, result))
        self.generated_run.on_result(result)
        if _is_unanswered(result) and _NO_RESPONSE not in self._reported_before:
            self.smallest.setdefault(_NO_RESPONSE, result)
        return result

    def _is_selected(self, case: Case) -> bool:
        return not self.generated_run.executor.deselected_requirements.issuperset(case.requirements)

    def _requirement_to_report(self, result: CaseResult) -> str | None:
        """The requirement to report an example for: the one that is chased, its own, any that was not told."""
        departed = {one.requirement for one in result.judgement.findings if _is_reportable(one)} - self._reported_before
        if self._shrink_target is not None:
            return self._shrink_target if self._shrink_target in departed else None
        own = [one for one in result.case.requirements if one in departed]
        return next(iter([*own, *sorted(departed)]), None)

    def _size_key(self, case: Case) -> tuple[int, int, list[str]]:
        """How much an example says beyond a plain request; of two that say as much the lesser values."""
        values = [one or "" for one in self._builder.changes(case.probes[-1].request).values()]
        return len(values), sum(map(len, values)), values

    def summarize(self) -> CaseResult:
        """What became of the examples that are not reported by themselves."""
        return summarize_generated(
            self.summary_case, self.source, tuple(self._results.values()), self.reported_requirements, self._stop_reason
        )


def _is_reportable(finding: Finding) -> bool:
    """Whether a finding is worth a case: outcomes that are tolerated are not."""
    return finding.grade is Grade.DOCUMENTED


def _is_unanswered(result: CaseResult) -> bool:
    return result.outcome is Outcome.ERRORED and not result.exchanges
