"""Parts that all runs share: the start, the progress and the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from attrs import define, field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Judgement, Outcome
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.runner.aggregate import RunEvidence, accepted_requirements, aggregate, utc_date
from imagesearch_conformance.runner.events import GeneratedExample, RecordingSubject, RunRecord, Subject
from imagesearch_conformance.settings.options import Options


@frozen
class RunStart:
    """Inputs and start time of a run; builds its record at the end."""

    contract: Contract
    options: Options
    deviations: tuple[Deviation, ...]
    started_at: datetime
    perf_counter: Callable[[], float]
    stopwatch_start: float = field()

    @stopwatch_start.default
    def _default_stopwatch_start(self) -> float:
        return self.perf_counter()

    @cached_property
    def policy(self) -> Policy:
        accepted = accepted_requirements(self.deviations, utc_date(self.started_at))
        return Policy(self.options.level, self.options.strict, accepted)

    def build_record(  # noqa: PLR0913 every run has these facts
        self,
        subject: Subject,
        target: Target,
        *,
        results: Sequence[CaseResult],
        run_judgements: Mapping[str, Judgement],
        deselected_requirements: frozenset[str],
        exchanges: Sequence[Exchange],
        request_count: int,
        stop_reason: str | None,
        unselected: Sequence[Case] = (),
        generated_examples: Sequence[GeneratedExample] = (),
        rate_limited_exchanges: Sequence[tuple[Case, Exchange]] = (),
        is_complete: bool | None = None,
    ) -> RunRecord:
        """Aggregate the results; a run without a stop reason is complete unless `is_complete` says otherwise."""
        evidence = RunEvidence(
            options=self.options,
            day=utc_date(self.started_at),
            results=results,
            run_judgements=run_judgements,
            deselected_requirements=deselected_requirements,
            stop_reason=stop_reason,
            unselected=unselected,
            generated_results=[example.result for example in generated_examples],
            is_recording=isinstance(subject, RecordingSubject),
        )
        aggregated = aggregate(self.contract, self.policy, evidence, self.deviations)
        return RunRecord(
            subject=subject,
            contract=self.contract,
            options=self.options,
            target=target,
            started_at=self.started_at,
            seconds=self.perf_counter() - self.stopwatch_start,
            request_count=request_count,
            complete=stop_reason is None if is_complete is None else is_complete,
            stop_reason=stop_reason,
            verdict=aggregated.verdict,
            cases=tuple(results),
            requirements=aggregated.requirements,
            run_judgements=aggregated.run_judgements,
            exchanges=tuple(exchanges),
            deviations=aggregated.deviations,
            generated_examples=tuple(generated_examples),
            rate_limited_exchanges=tuple(rate_limited_exchanges),
        )


@define
class Progress:
    """Results by case id, and in `stop_reason` why the remaining cases do not run.

    `fail_fast` stops a run at its first failure; `is_interrupted` asks whether the user wants it to stop.
    """

    fail_fast: bool
    is_interrupted: Callable[[], bool]
    results: dict[str, CaseResult] = field(factory=dict, init=False)
    stop_reason: str | None = field(default=None, init=False)

    def record_result(self, result: CaseResult) -> CaseResult:
        self.results[result.case.id] = result
        if self.stop_reason is None and self.fail_fast and result.outcome is Outcome.FAILED:
            self.stop_reason = f"stopped at the first failure, {result.case.id}"
        return result

    def should_stop(self) -> bool:
        if self.stop_reason is None and self.is_interrupted():
            self.stop_reason = "the run was interrupted"
        return self.stop_reason is not None

    def skip(self, case: Case) -> CaseResult:
        """Return the result of a case that the end of the run skips."""
        return CaseResult(case, Outcome.SKIPPED, reason=self.stop_reason)
