"""Run of generated requests, which reports the smallest failing example of each new violation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import define, field

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.generated_placeholders import shrink_budget
from imagesearch_conformance.generation.search import (
    ExampleSearch,
    FailureCheck,
    ParameterStrategy,
    SearchStopped,
    simpler_requests,
)
from imagesearch_conformance.generation.sources import source_strategies
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Grade, Relation
from imagesearch_conformance.model.finding import Finding, Outcome
from imagesearch_conformance.oracle.generated_cases import GeneratedCaseBuilder
from imagesearch_conformance.oracle.oracle import WireParameters
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.runner.case_executor import CaseExecutor
from imagesearch_conformance.runner.confirmation import internal_error_reason
from imagesearch_conformance.runner.events import GeneratedExample
from imagesearch_conformance.runner.generated_summary import summarize_generated

#: Stands for the requirement of an example without a response.
_NO_RESPONSE = "no response"

#: Examples to draw for each one that is sent: many are duplicates.
_DRAWS_PER_EXAMPLE = 10

#: The share of the shrink requests that is reserved for simplification after Hypothesis has finished.
_SHRINK_RESERVE = 0.4


@define
class GeneratedRun:
    """The generated part of a run.

    Violations of `reported_requirements` are known and not reported again. `stop_reason` returns why the run has to
    end, or None. `on_result` is called with each result. `examples` collects all judged examples.
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
        """Yield for each source the smallest failing examples, then its summary."""
        self._shrink_budget = self._shrink_requests_left = shrink_budget(
            sum(summary.examples or 0 for summary in summaries.values())
        )
        strategies = source_strategies(self.builder)
        for source, summary in summaries.items():
            source_run = _SourceRun(self, source, summary)
            source_run.search(self._search_factory(source, summary, strategies[source]))
            self.reported_requirements |= source_run.reported_requirements
            yield from source_run.smallest.values()
            yield source_run.summarize()

    def take_shrink_request(self, reserve: float) -> bool:
        """Take one shrink request, if the share `reserve` of them is left after it; return whether it was taken."""
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
    """The run of one source; `smallest` has the smallest failing example of each violated requirement."""

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
        """The requirements whose violation was found, here or before."""
        findings = (finding for result in self.smallest.values() for finding in result.judgement.findings)
        return self._reported_before | {finding.requirement for finding in findings} | set(self.smallest)

    def search(self, create_search: Callable[[FailureCheck], ExampleSearch]) -> None:
        """Search the source until its share of the examples is used up or the run has to end."""
        try:
            create_search(self._try_example).replay_failures()
            for name in set(self.smallest) - {_NO_RESPONSE}:
                self._simplify(name)
            while self._find_another(create_search(self._try_for_target)):
                pass
        except SearchStopped as stopped:
            self._stop_reason = str(stopped) or None
        except Exception as error:  # noqa: BLE001 an error of a strategy must not end the run
            self._stop_reason = internal_error_reason(error)

    def _find_another(self, search: ExampleSearch) -> bool:
        """Search for another violation and shrink its example; return whether there was one."""
        self._reported_before = self.reported_requirements
        self._set_shrink_target(None)
        try:
            search.find_failure(len(self.smallest))
        except SearchStopped as stopped:
            # Shrinking ran out of requests: the example stays as it is, and the remaining share may find another.
            if self._shrink_target is None or str(stopped):
                raise
        if self._shrink_target is not None:
            self._simplify(self._shrink_target)
        return self._shrink_target is not None

    def _set_shrink_target(self, name: str | None) -> None:
        self._shrink_target = name

    def _simplify(self, name: str) -> None:
        """Remove irrelevant parts from the smallest example of a violation."""
        self._set_shrink_target(name)
        self._shrink_reserve = 0.0
        try:
            while self._simplify_once(name):
                pass
        except SearchStopped as stopped:
            if str(stopped):
                raise
        finally:
            self._shrink_reserve = _SHRINK_RESERVE

    def _simplify_once(self, name: str) -> bool:
        """Try the next simpler requests; return whether one of them has the same violation."""
        case = self.smallest[name].case
        parameters = {
            key: value for key, value in case.probes[-1].request.parameters if not self._is_paging_parameter(case, key)
        }
        minimal = dict(self.generated_run.builder.request().parameters)
        simpler = simpler_requests(self.generated_run.builder.contract, minimal, parameters)
        return any(self._try_example(form) == name and self.smallest[name].case != case for form in simpler)

    def _is_paging_parameter(self, case: Case, name: str) -> bool:
        """Return whether a parameter was not generated but added to compare a filter with the ranking."""
        window = self.generated_run.builder.contract.window
        return case.relation is Relation.FILTERED and name in {window.start_parameter, window.count_parameter}

    def _try_for_target(self, form: WireParameters) -> str | None:
        """Return the violation of an example if it is the same as that of the first failing one."""
        self._shrink_target = self._try_example(form) or self._shrink_target
        return None if self._shrink_target is None else self._try_example(form)

    def _try_example(self, form: WireParameters) -> str | None:
        """Return the new violation of an example, or None; raise SearchStopped when the search has to end."""
        case = self._builder.build_case(form, self.source)
        if case is None or not self._is_selected(case):
            return None
        result = self._results.get(case.id) or self._send_example(case)
        name = self._requirement_to_report(result)
        if name is not None:
            smallest = self.smallest.get(name)
            if smallest is None or self._size_key(result.case) < self._size_key(smallest.case):
                self.smallest[name] = result
        return name

    def _send_example(self, case: Case) -> CaseResult:
        """Send an example; raise SearchStopped if no more may be sent."""
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
        """Return the violated requirement to report: the one being shrunk, that of the case, or any new one."""
        reportable = {finding.requirement for finding in result.judgement.findings if _is_reportable(finding)}
        violated = reportable - self._reported_before
        if self._shrink_target is not None:
            return self._shrink_target if self._shrink_target in violated else None
        own = [name for name in result.case.requirements if name in violated]
        return next(iter([*own, *sorted(violated)]), None)

    def _size_key(self, case: Case) -> tuple[int, int, list[str]]:
        """Return the size of the difference between an example and the minimal request."""
        values = [value or "" for value in self._builder.changes(case.probes[-1].request).values()]
        return len(values), sum(map(len, values)), values

    def summarize(self) -> CaseResult:
        return summarize_generated(
            self.summary_case, self.source, tuple(self._results.values()), self.reported_requirements, self._stop_reason
        )


def _is_reportable(finding: Finding) -> bool:
    """Return whether a finding is reported: those of tolerated outcomes are not."""
    return finding.grade is Grade.DOCUMENTED


def _is_unanswered(result: CaseResult) -> bool:
    return result.outcome is Outcome.ERRORED and not result.exchanges
