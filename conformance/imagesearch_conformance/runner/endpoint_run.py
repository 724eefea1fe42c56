"""Run all cases against an endpoint, as a stream of events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Lock

from attrs import define, field

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.runner.endpoint_session import EndpointSession
from imagesearch_conformance.runner.events import CaseFinished, Event, RunFinished, RunPlanned


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
