"""A run from the first request to the verdict, as a stream of events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from attrs import define

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.runner.certification import Certification
from imagesearch_conformance.runner.events import CaseFinished, Event, Finished, Planned
from imagesearch_conformance.verdicts import CaseResult

#: How often a run looks whether it shall stop, in seconds.
_GLANCE = 0.2


@define
class Run(Certification):
    """A certification that makes all its cases, several at once."""

    def events(self) -> Iterator[Event]:
        """Surveys, plans, makes every case and ends with the record; raises BadInput and BadSpec only."""
        if self.begin():
            yield Planned((*self.chosen.cases, *self.chosen.beyond), self.chosen.requests)
            for result in self._results_of(self.chosen.cases):
                yield CaseFinished(self.noted(result))
            for case in self.chosen.beyond:
                yield CaseFinished(self.noted(self.beyond(case)))
            # Whoever interrupts the last case wants an incomplete report as well.
            self.ending()
        yield Finished(self.record())

    def _results_of(self, cases: Sequence[Case]) -> Iterator[CaseResult]:
        """What is generated builds on all before, and bursts disturb everything else."""
        single = [case for case in cases if case.examples is None]
        yield from self._in_parallel([case for case in single if case.burst is None], self.options.jobs)
        yield from self.generated([case for case in cases if case.examples is not None])
        yield from self._in_parallel([case for case in single if case.burst is not None], 1)

    def _in_parallel(self, cases: Sequence[Case], jobs: int) -> Iterator[CaseResult]:
        """Results as they come; once the run shall end, what has not begun is skipped."""
        if jobs == 1:
            yield from (self.progress.left_out(case) if self.ending() else self.made(case) for case in cases)
            return
        waiting, running = list(reversed(cases)), set[Future[CaseResult]]()
        with ThreadPoolExecutor(jobs) as pool:
            while waiting or running:
                while waiting and len(running) < jobs and not self.ending():
                    running.add(pool.submit(self.made, waiting.pop()))
                done, running = wait(running, timeout=_GLANCE, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
                if self.ending() and not running:
                    break
        yield from map(self.progress.left_out, reversed(waiting))
