"""Run the suite against an endpoint: survey, plan, execute every case, and build the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import chain
from pathlib import Path
from threading import Lock

from attrs import define, evolve, field

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.parsed_response import parse_response
from imagesearch_conformance.checks.whole_run import is_unexpected_rate_limit, judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Judgement, Outcome
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.runner.case_executor import CaseExecutor
from imagesearch_conformance.runner.case_priority import load_case_priority
from imagesearch_conformance.runner.confirmation import Judge
from imagesearch_conformance.runner.dispatcher import BudgetExhausted, Dispatcher, RateLimitRetry
from imagesearch_conformance.runner.events import (
    CaseFinished,
    EndpointSubject,
    Event,
    GeneratedExample,
    RunFinished,
    RunPlanned,
    RunRecord,
)
from imagesearch_conformance.runner.plan import Plan, build_plan, find_deselected_requirements
from imagesearch_conformance.runner.run_state import Progress, RunStart
from imagesearch_conformance.runner.survey import SurveyFailed, run_survey, survey_probes
from imagesearch_conformance.settings.options import Options

#: Cases in a row without a response, or rate-limited to the end, after which the target may be gone.
_MAX_UNANSWERED = 3

#: Bytes of responses that a run keeps at most, many times what the data of any target amounts to.
_MAX_RECEIVED_BYTES = 512 << 20


@define
class EndpointSession:
    """A run against an endpoint, for callers that decide themselves when each case runs.

    The survey adds the images that it discovers to `target`. `database_directory` keeps failing generated requests for
    the next run. The self-check replaces `judge` by a cached one. `plan` is set by `begin`.
    """

    contract: Contract
    target: Target
    options: Options
    dispatcher: Dispatcher
    is_interrupted: Callable[[], bool] = lambda: False
    database_directory: Path | None = None
    judge: Judge = judge
    deviations: tuple[Deviation, ...] = ()
    plan: Plan = field(init=False)
    progress: Progress = field(init=False)
    _start: RunStart = field(init=False)
    _executor: CaseExecutor = field(init=False)
    _survey: Survey | None = field(default=None, init=False)
    _example_lists: list[list[GeneratedExample]] = field(factory=list, init=False)
    _unanswered_count: int = field(default=0, init=False)

    @progress.default
    def _default_progress(self) -> Progress:
        return Progress(self.options.fail_fast, self.is_interrupted)

    def begin(self) -> bool:
        """Survey and plan; return whether there is anything to run. Raise InvalidInput and InvalidSpec only."""
        runtime = self.dispatcher.runtime
        self._start = RunStart(self.contract, self.options, self.deviations, runtime.now(), runtime.perf_counter)
        survey = run_survey(self.dispatcher, self.contract, self.target, self.is_interrupted, self.options.jobs)
        if not isinstance(survey, SurveyFailed):
            self.target = self.target.with_images(survey.discovered_images)
        deselected = find_deselected_requirements(self.contract, self.options)
        self._executor = CaseExecutor(
            self.contract, self.target, self.dispatcher, self._start.policy, deselected, self.judge
        )
        if isinstance(survey, SurveyFailed):
            self.progress.stop_reason, self.plan = survey.reason, Plan((), (), (), self.dispatcher.sent_count)
            return False
        self._survey = survey
        cases = build_cases(self.contract, self.target, survey, self.options.seed, self.options.examples)
        sent_probes = survey_probes(self.contract, self.target, self.dispatcher.budget)
        self.plan = build_plan(self.contract, cases, self.options, sent_probes, load_case_priority())
        return True

    def run_case(self, case: Case) -> CaseResult:
        """Execute one case; the caller has to pass the result to `record_result`."""
        return self._executor.execute(case)

    def skip_over_budget(self, case: Case) -> CaseResult:
        """Return the result of a case that exceeds the budget."""
        return CaseResult(case, Outcome.SKIPPED, reason=str(BudgetExhausted(self.options.budget)))

    def run_generated(self, summaries: Sequence[Case]) -> Iterator[CaseResult]:
        """Send generated requests; yield the results of failing ones, then of the case that stands for the rest.

        The caller has to pass each result to `record_result` before taking the next.
        """
        if self.should_stop():
            yield from map(self.progress.skip, summaries)
        elif summaries and self._survey is not None:
            # Hypothesis and Schemathesis take longer to import than everything else.
            from imagesearch_conformance.runner.generated_run import GeneratedRun  # noqa: PLC0415

            builder = CaseBuilder(self.contract, self.target, self._survey, self.options.seed)
            results = self.progress.results.values()
            generated_run = GeneratedRun(
                builder,
                self._executor,
                frozenset(finding.requirement for result in results for finding in result.judgement.findings),
                self._stop_reason,
                self._count_unanswered,
                self.database_directory,
            )
            self._example_lists.append(generated_run.examples)
            yield from generated_run.run_sources({case.requirements[0]: case for case in summaries})

    def record_result(self, result: CaseResult) -> CaseResult:
        self.progress.record_result(result)
        self._count_unanswered(result)
        return result

    def should_stop(self) -> bool:
        if not self.progress.should_stop() and self.dispatcher.received_bytes > _MAX_RECEIVED_BYTES:
            maximum = f"{_MAX_RECEIVED_BYTES >> 20} megabytes"
            self.progress.stop_reason = f"the responses of the target exceed {maximum}, the maximum that is kept"
        return self.progress.stop_reason is not None

    def _count_unanswered(self, result: CaseResult) -> None:
        """Count results in a row without a usable response, and stop the run if the target is gone."""
        self._unanswered_count = self._unanswered_count + 1 if self._is_unanswered(result) else 0
        if self._unanswered_count >= _MAX_UNANSWERED and not self._is_responding():
            self.progress.stop_reason = (
                str(result.reason) if result.exchanges else f"the target stopped responding: {result.reason}"
            )

    def _is_unanswered(self, result: CaseResult) -> bool:
        """Return whether there was no response, or a rate limit after all retries."""
        success_status = self.contract.protocol.success_status
        responses = (parse_response(exchange.response, success_status) for exchange in result.exchanges)
        return result.outcome is Outcome.ERRORED and (
            not result.exchanges
            or any(is_unexpected_rate_limit(self.contract, result.case, response) for response in responses)
        )

    def _is_responding(self) -> bool:
        """Return whether the target still answers the first search: cases in a row may all hit the same defect."""
        self._unanswered_count = 0
        probe = evolve(survey_probes(self.contract, self.target)[0], fresh=True)
        retry = RateLimitRetry(self.contract, self.dispatcher)
        try:
            return not retry.is_rate_limited(retry.exchange(probe))
        except (Unreachable, BudgetExhausted):
            return False

    def _stop_reason(self) -> str | None:
        return self.progress.stop_reason if self.should_stop() else None

    def _ordered_results(self) -> tuple[CaseResult, ...]:
        """Return the results in the order of the plan, then those of generated requests, which no plan contains."""
        planned = dict.fromkeys(case.id for case in (*self.plan.cases, *self.plan.over_budget))
        results = self.progress.results
        generated = [case_id for case_id in results if case_id not in planned]
        return tuple(results[case_id] for case_id in (*planned, *generated) if case_id in results)

    def build_record(self) -> RunRecord:
        results, examples, executor = self._ordered_results(), tuple(chain(*self._example_lists)), self._executor
        all_results = (*results, *(example.result for example in examples))
        # The pytest plugin narrows the selection after the start.
        return evolve(self._start, options=self.options).build_record(
            EndpointSubject(self._survey),
            self.target,
            results=results,
            run_judgements=self._judge_whole_run(all_results),
            deselected_requirements=executor.deselected_requirements,
            exchanges=self.dispatcher.exchanges,
            request_count=self.dispatcher.sent_count,
            stop_reason=self.progress.stop_reason,
            unselected=self.plan.unselected,
            generated_examples=examples,
            rate_limited_exchanges=executor.rate_limited_exchanges,
        )

    def _judge_whole_run(self, results: Sequence[CaseResult]) -> Mapping[str, Judgement]:
        rate_limited = ((case, (exchange,)) for case, exchange in self._executor.rate_limited_exchanges)
        case_exchanges = ((result.case, result.exchanges) for result in results)
        return judge_run(self.contract, self.target, [*case_exchanges, *rate_limited])


@define
class EndpointRun(EndpointSession):
    """A run that executes all its cases, several at once."""

    _result_lock: Lock = field(factory=Lock, init=False)

    def events(self) -> Iterator[Event]:
        """Survey, plan, execute every case and end with the record; raise InvalidInput and InvalidSpec only."""
        if self.begin():
            yield RunPlanned((*self.plan.cases, *self.plan.over_budget), self.plan.request_count)
            for result in self._run_cases(self.plan.cases):
                yield CaseFinished(result)
            for case in self.plan.over_budget:
                yield CaseFinished(self.record_result(self.skip_over_budget(case)))
            # An interrupt during the last case makes the report incomplete as well.
            self.should_stop()
        yield RunFinished(self.build_record())

    def _run_cases(self, cases: Sequence[Case]) -> Iterator[CaseResult]:
        """Yield results: generated requests build on all earlier ones, and bursts disturb everything else."""
        fixed = [case for case in cases if case.examples is None]
        yield from self._run_in_parallel([case for case in fixed if case.burst_size is None], self.options.jobs)
        yield from map(self.record_result, self.run_generated([case for case in cases if case.examples is not None]))
        yield from self._run_in_parallel([case for case in fixed if case.burst_size is not None], 1)

    def _run_in_parallel(self, cases: Sequence[Case], jobs: int) -> Iterator[CaseResult]:
        """Yield results as they come; once the run should stop, remaining cases are skipped."""
        if jobs == 1:
            yield from map(self._run_or_skip, cases)
            return
        pool = ThreadPoolExecutor(jobs)
        try:
            # Submit all cases at once: a free thread takes the next one without waiting for this thread.
            futures = [pool.submit(self._run_or_skip, case) for case in cases]
            yield from (future.result() for future in as_completed(futures))
        finally:
            pool.shutdown(cancel_futures=True)

    def _run_or_skip(self, case: Case) -> CaseResult:
        """Return the result, recorded before this thread starts another case: it may stop the run."""
        result = self.progress.skip(case) if self.should_stop() else self.run_case(case)
        with self._result_lock:
            return self.record_result(result)
