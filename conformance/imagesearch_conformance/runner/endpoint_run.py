"""A run from the first request to the verdict, as a stream of events."""

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
    """A certification that makes all its cases, several at once."""

    _result_lock: Lock = field(factory=Lock, init=False)

    def events(self) -> Iterator[Event]:
        """Surveys, plans, makes every case and ends with the record; raises BadInput and BadSpec only."""
        if self.begin():
            yield RunPlanned((*self.plan.cases, *self.plan.over_budget), self.plan.request_count)
            for result in self._run_cases(self.plan.cases):
                yield CaseFinished(result)
            for case in self.plan.over_budget:
                yield CaseFinished(self.record_result(self.skip_over_budget(case)))
            # Whoever interrupts the last case wants an incomplete report as well.
            self.should_stop()
        yield RunFinished(self.build_record())

    def _run_cases(self, cases: Sequence[Case]) -> Iterator[CaseResult]:
        """What is generated builds on all before, and bursts disturb everything else."""
        single = [case for case in cases if case.examples is None]
        yield from self._run_in_parallel([case for case in single if case.burst_size is None], self.options.jobs)
        yield from map(self.record_result, self.run_generated([case for case in cases if case.examples is not None]))
        yield from self._run_in_parallel([case for case in single if case.burst_size is not None], 1)

    def _run_in_parallel(self, cases: Sequence[Case], jobs: int) -> Iterator[CaseResult]:
        """Results as they come; once the run shall end, what has not begun is skipped."""
        if jobs == 1:
            yield from map(self._run_or_skip, cases)
            return
        pool = ThreadPoolExecutor(jobs)
        try:
            # All at once: whoever is done takes the next case, without waiting for this thread to hand it over.
            made = [pool.submit(self._run_or_skip, case) for case in cases]
            yield from (one.result() for one in as_completed(made))
        finally:
            pool.shutdown(cancel_futures=True)

    def _run_or_skip(self, case: Case) -> CaseResult:
        """The result, noted before another case begins in this thread: it may be what ends the run."""
        result = self.progress.skip(case) if self.should_stop() else self.run_case(case)
        with self._result_lock:
            return self.record_result(result)
