"""A run from the first request to the verdict, as a stream of events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Lock

from attrs import define, field

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.runner.certification import Certification
from imagesearch_conformance.runner.events import CaseFinished, Event, Finished, Planned
from imagesearch_conformance.verdicts import CaseResult


@define
class Run(Certification):
    """A certification that makes all its cases, several at once."""

    _noting: Lock = field(factory=Lock, init=False)

    def events(self) -> Iterator[Event]:
        """Surveys, plans, makes every case and ends with the record; raises BadInput and BadSpec only."""
        if self.begin():
            yield Planned((*self.chosen.cases, *self.chosen.beyond), self.chosen.requests)
            for result in self._results_of(self.chosen.cases):
                yield CaseFinished(result)
            for case in self.chosen.beyond:
                yield CaseFinished(self.noted(self.beyond(case)))
            # Whoever interrupts the last case wants an incomplete report as well.
            self.ending()
        yield Finished(self.record())

    def _results_of(self, cases: Sequence[Case]) -> Iterator[CaseResult]:
        """What is generated builds on all before, and bursts disturb everything else."""
        single = [case for case in cases if case.examples is None]
        yield from self._in_parallel([case for case in single if case.burst is None], self.options.jobs)
        yield from map(self.noted, self.generated([case for case in cases if case.examples is not None]))
        yield from self._in_parallel([case for case in single if case.burst is not None], 1)

    def _in_parallel(self, cases: Sequence[Case], jobs: int) -> Iterator[CaseResult]:
        """Results as they come; once the run shall end, what has not begun is skipped."""
        if jobs == 1:
            yield from map(self._unless_ending, cases)
            return
        pool = ThreadPoolExecutor(jobs)
        try:
            # All at once: whoever is done takes the next case, without waiting for this thread to hand it over.
            made = [pool.submit(self._unless_ending, case) for case in cases]
            yield from (one.result() for one in as_completed(made))
        finally:
            pool.shutdown(cancel_futures=True)

    def _unless_ending(self, case: Case) -> CaseResult:
        """The result, noted before another case begins in this thread: it may be what ends the run."""
        result = self.progress.left_out(case) if self.ending() else self.made(case)
        with self._noting:
            return self.noted(result)
