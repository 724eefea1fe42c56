"""A certification step by step: what is learned, what is planned, each case, and the record in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from attrs import define, evolve, field

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.parsed_response import parse_response
from imagesearch_conformance.checks.whole_run import is_unexpected_rate_limit, judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.runner.aggregate import aggregate
from imagesearch_conformance.runner.case_executor import CaseExecutor
from imagesearch_conformance.runner.case_priority import load_case_priority
from imagesearch_conformance.runner.confirmation import Judge
from imagesearch_conformance.runner.deviations import DeviationEvidence, accepted_requirements, utc_date
from imagesearch_conformance.runner.dispatcher import BudgetExhausted, Dispatcher
from imagesearch_conformance.runner.events import GeneratedExample, RunRecord
from imagesearch_conformance.runner.plan import Plan, build_plan, find_deselected_requirements
from imagesearch_conformance.runner.progress import Progress
from imagesearch_conformance.runner.rate_limit_retry import RateLimitRetry
from imagesearch_conformance.runner.survey import SurveyFailed, run_survey, survey_probes
from imagesearch_conformance.settings.options import Options

#: What makes the cases for a target, with a seed and a number of examples.
BuildCases = Callable[[Contract, Target, Survey, int, int], tuple[Case, ...]]

#: After so many cases in a row with no reply, or with nothing but refusals for their number, the target counts as gone.
_MAX_UNANSWERED = 3

#: The most bytes of replies that a run keeps, many times what any target's own data come to.
_MAX_RECEIVED_BYTES = 512 << 20


@define
class EndpointSession:
    """One certification, for whoever decides when each case is made; `stopped` says that it is to end early.

    The survey adds to `target` the images that it learns of. `kept` is the directory where failures
    that generated requests found are kept for the next run. `build` makes the cases and `judge`
    judges their exchanges: whoever makes many runs may remember what they said. `deviations` are the
    departures that are known. Once it has begun, `chosen` is what is planned.
    """

    contract: Contract
    target: Target
    options: Options
    dispatcher: Dispatcher
    is_interrupted: Callable[[], bool] = lambda: False
    database_directory: Path | None = None
    build_cases: BuildCases = build_cases
    judge: Judge = judge
    deviations: tuple[Deviation, ...] = ()
    plan: Plan = field(init=False)
    progress: Progress = field(init=False)
    policy: Policy = field(init=False)
    _executor: CaseExecutor = field(init=False)
    _survey: Survey | None = field(default=None, init=False)
    _example_lists: list[list[GeneratedExample]] = field(factory=list, init=False)
    _unanswered_count: int = field(default=0, init=False)
    _started_at: datetime = field(init=False)
    _stopwatch_start: float = field(init=False)

    @progress.default
    def _default_progress(self) -> Progress:
        return Progress(self.options.fail_fast, self.is_interrupted)

    def begin(self) -> bool:
        """Surveys and plans; whether there is anything to ask. Raises BadInput and BadSpec only."""
        surroundings = self.dispatcher.runtime
        self._started_at, self._stopwatch_start = surroundings.now(), surroundings.perf_counter()
        self.policy = Policy(
            self.options.level, self.options.strict, accepted_requirements(self.deviations, utc_date(self._started_at))
        )
        unwanted = find_deselected_requirements(self.contract, self.options)
        learned = run_survey(self.dispatcher, self.contract, self.target, self.is_interrupted, self.options.jobs)
        self.target = (
            self.target if isinstance(learned, SurveyFailed) else self.target.with_images(learned.discovered_images)
        )
        self._executor = CaseExecutor(self.contract, self.target, self.dispatcher, self.policy, unwanted, self.judge)
        if isinstance(learned, SurveyFailed):
            self.progress.stop_reason, self.plan = learned.reason, Plan((), (), (), self.dispatcher.sent_count)
            return False
        self._survey = learned
        cases = self.build_cases(self.contract, self.target, learned, self.options.seed, self.options.examples)
        spent = survey_probes(self.contract, self.target, self.dispatcher.budget)
        self.plan = build_plan(self.contract, cases, self.options, spent, load_case_priority())
        return True

    def run_case(self, case: Case) -> CaseResult:
        """What becomes of one case, made now; it has to be noted."""
        return self._executor.execute(case)

    def skip_over_budget(self, case: Case) -> CaseResult:
        """What became of a case that the budget has no room for."""
        return CaseResult(case, Outcome.SKIPPED, reason=str(BudgetExhausted(self.options.budget)))

    def run_generated(self, summaries: Sequence[Case]) -> Iterator[CaseResult]:
        """What generated requests find, and what became of the rest; made and to be noted one by one."""
        if self.should_stop():
            yield from map(self.progress.skip, summaries)
        elif summaries and self._survey is not None:
            # Hypothesis and Schemathesis take longer to import than all the rest.
            from imagesearch_conformance.runner.generated_run import GeneratedRun  # noqa: PLC0415

            shop = CaseBuilder(self.contract, self.target, self._survey, self.options.seed)
            known = {one.requirement for result in self.progress.results.values() for one in result.judgement.findings}
            fuzzing = GeneratedRun(
                shop,
                self._executor,
                frozenset(known),
                self._stop_reason,
                self._count_unanswered,
                self.database_directory,
            )
            self._example_lists.append(fuzzing.examples)
            yield from fuzzing.run_sources({case.requirements[0]: case for case in summaries})

    @property
    def _all_examples(self) -> list[GeneratedExample]:
        """Every generated request."""
        return [one for made in self._example_lists for one in made]

    def record_result(self, result: CaseResult) -> CaseResult:
        """Takes a result into the record."""
        self.progress.record_result(result)
        self._count_unanswered(result)
        return result

    def should_stop(self) -> bool:
        """Whether nothing more is to be made."""
        if not self.progress.should_stop() and self.dispatcher.received_bytes > _MAX_RECEIVED_BYTES:
            most = f"{_MAX_RECEIVED_BYTES >> 20} megabytes"
            self.progress.stop_reason = f"the target's replies came to more than {most}, the most that is kept"
        return self.progress.stop_reason is not None

    def _count_unanswered(self, result: CaseResult) -> None:
        """Counts results in a row that the target gave nothing to judge for, and ends the run when it is gone."""
        self._unanswered_count = self._unanswered_count + 1 if self._is_unanswered(result) else 0
        if self._unanswered_count >= _MAX_UNANSWERED and not self._is_responding():
            self.progress.stop_reason = (
                str(result.reason) if result.exchanges else f"the target stopped answering: {result.reason}"
            )

    def _is_unanswered(self, result: CaseResult) -> bool:
        """Whether there was no reply, or in spite of all waiting a refusal for the number of requests."""
        readings = (parse_response(one.response, self.contract.protocol.success_status) for one in result.exchanges)
        return result.outcome is Outcome.ERRORED and (
            not result.exchanges or any(is_unexpected_rate_limit(self.contract, result.case, one) for one in readings)
        )

    def _is_responding(self) -> bool:
        """Whether the target still answers its first request: neighbouring cases may all meet the same defect."""
        self._unanswered_count = 0
        probe = evolve(survey_probes(self.contract, self.target)[0], fresh=True)
        patience = RateLimitRetry(self.contract, self.dispatcher)
        try:
            return not patience.is_rate_limited(patience.exchange(probe))
        except (Unreachable, BudgetExhausted):
            return False

    def _stop_reason(self) -> str | None:
        return self.progress.stop_reason if self.should_stop() else None

    def _ordered_results(self) -> tuple[CaseResult, ...]:
        """The results in the order of the plan, and then those of requests that no plan foresaw."""
        planned = dict.fromkeys(case.id for case in (*self.plan.cases, *self.plan.over_budget))
        results = self.progress.results
        found = [name for name in results if name not in planned]
        return tuple(results[name] for name in (*planned, *found) if name in results)

    def build_record(self) -> RunRecord:
        """Everything that was found, with the verdict."""
        seconds = self.dispatcher.runtime.perf_counter() - self._stopwatch_start
        results, executor, trouble = self._ordered_results(), self._executor, self.progress.stop_reason
        look = DeviationEvidence(
            self.options, utc_date(self._started_at), self.plan.unselected, executor.deselected_requirements, results,
            [made.result for made in self._all_examples], self._judge_whole_run(results), trouble,
        )  # fmt: skip
        found = aggregate(self.contract, self.policy, look, self.deviations)
        return RunRecord(
            self.contract, self.options, self.target, self._started_at, seconds, self.dispatcher.sent_count, trouble is None,
            trouble, found.verdict, results, found.requirements, found.run_judgements, tuple(self.dispatcher.exchanges),
            found.deviations, tuple(self._all_examples), tuple(executor.rate_limited_exchanges), self._survey,
        )  # fmt: skip

    def _judge_whole_run(self, results: Sequence[CaseResult]) -> Mapping[str, Judgement]:
        """What holds for all exchanges together."""
        everything = (*results, *(made.result for made in self._all_examples))
        denials = ((case, (one,)) for case, one in self._executor.rate_limited_exchanges)
        return judge_run(self.contract, self.target, [*((one.case, one.exchanges) for one in everything), *denials])
