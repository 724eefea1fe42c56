"""A run from the first request to the verdict, as a stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, date, datetime
from pathlib import Path

from attrs import define, evolve, field

from imagesearch_conformance.cases.catalogue import build
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.checks.judging import judge
from imagesearch_conformance.checks.run import judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.deviations import Look, accepted
from imagesearch_conformance.runner.dispatch import BudgetSpent, Dispatcher
from imagesearch_conformance.runner.events import CaseFinished, Event, Example, Finished, Planned, Record
from imagesearch_conformance.runner.execution import Executor
from imagesearch_conformance.runner.planning import Plan, deselected, plan
from imagesearch_conformance.runner.rounds import Judge
from imagesearch_conformance.runner.survey import Unsurveyed, survey, survey_probes
from imagesearch_conformance.runner.worth import shipped
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import CaseResult, Policy, of_requirement, of_run

#: What makes the cases for a target, with a seed and a number of examples.
Build = Callable[[Contract, Target, Survey, int, int], tuple[Case, ...]]

#: After so many cases in a row without any reply the target counts as gone.
_SILENCE = 3

#: The most bytes of replies that a run keeps, many times what any target's own data come to.
_MOST_RECEIVED = 512 << 20

#: How often a run looks whether it shall stop, in seconds.
_GLANCE = 0.2


@define
class Run:
    """One run; `stopped` says whether somebody wants it to end early.

    The survey adds to `target` the images that it learns of. `kept` is the directory where failures
    that generated requests found are kept for the next run. `build` makes the cases and `judge`
    judges their exchanges: whoever makes many runs may remember what they said. `deviations` are the
    departures that are known.
    """

    contract: Contract
    target: Target
    options: Options
    dispatcher: Dispatcher
    stopped: Callable[[], bool] = lambda: False
    kept: Path | None = None
    build: Build = build
    judge: Judge = judge
    deviations: tuple[Deviation, ...] = ()
    _policy: Policy = field(init=False)
    _survey: Survey | None = field(default=None, init=False)
    _generated: list[Example] = field(factory=list, init=False)
    _results: dict[str, CaseResult] = field(factory=dict, init=False)
    _trouble: str | None = field(default=None, init=False)
    _silent: int = field(default=0, init=False)

    def events(self) -> Iterator[Event]:
        """Surveys, plans, makes every case and ends with the record; raises BadInput and BadSpec only."""
        started, begun = self.dispatcher.surroundings.now(), self.dispatcher.surroundings.stopwatch()
        known = accepted(self.deviations, _day(started))
        self._policy = Policy(self.options.level, self.options.strict, known)
        unwanted = deselected(self.contract, self.options)
        learned = survey(self.dispatcher, self.contract, self.target, self.stopped)
        self.target = self.target if isinstance(learned, Unsurveyed) else self.target.knowing(learned.relatives)
        executor = Executor(self.contract, self.target, self.dispatcher, self._policy, unwanted, self.judge)
        if isinstance(learned, Unsurveyed):
            self._trouble = learned.reason
            chosen = Plan((), (), (), self.dispatcher.sent)
        else:
            self._survey = learned
            cases = self.build(self.contract, self.target, learned, self.options.seed, self.options.examples)
            spent = survey_probes(self.contract, self.target, self.dispatcher.most)
            chosen = plan(self.contract, cases, self.options, spent, shipped())
            yield Planned((*chosen.cases, *chosen.beyond), chosen.requests)
            yield from self._make(chosen, executor, learned)
            # Whoever interrupts the last case wants an incomplete report as well.
            self._ending()
        seconds = self.dispatcher.surroundings.stopwatch() - begun
        yield Finished(self._record(chosen, executor, started, seconds))

    def _make(self, chosen: Plan, executor: Executor, learned: Survey) -> Iterator[Event]:
        single = [case for case in chosen.cases if case.examples is None]
        calm = [case for case in single if case.burst is None]
        bursts = [case for case in single if case.burst is not None]
        for result in self._in_parallel(calm, executor.result, self.options.jobs):
            yield CaseFinished(self._noted(result))
        for result in self._generate([case for case in chosen.cases if case.examples is not None], executor, learned):
            yield CaseFinished(self._noted(result))
        for result in self._in_parallel(bursts, executor.result, 1):
            yield CaseFinished(self._noted(result))
        for case in chosen.beyond:
            reason = str(BudgetSpent(self.options.budget))
            yield CaseFinished(self._noted(CaseResult(case, Outcome.SKIPPED, reason=reason)))

    def _generate(self, summaries: Sequence[Case], executor: Executor, learned: Survey) -> Iterator[CaseResult]:
        """What generated requests find, and what became of the rest."""
        if self._ending():
            yield from (CaseResult(case, Outcome.SKIPPED, reason=self._trouble) for case in summaries)
        elif summaries:
            # Hypothesis and Schemathesis take longer to import than all the rest.
            from imagesearch_conformance.runner.fuzzing import Fuzzing  # noqa: PLC0415

            shop = Workshop(self.contract, self.target, learned, self.options.seed)
            known = {one.requirement for result in self._results.values() for one in result.judgement.findings}
            fuzzing = Fuzzing(shop, executor, frozenset(known), self._why_ending, self._missed, self.kept)
            self._generated = fuzzing.made
            yield from fuzzing.results({case.requirements[0]: case for case in summaries})

    def _in_parallel(
        self, cases: Sequence[Case], make: Callable[[Case], CaseResult], jobs: int
    ) -> Iterator[CaseResult]:
        """Results as they come; once the run shall end, what has not begun is skipped."""
        if jobs == 1:
            for case in cases:
                yield CaseResult(case, Outcome.SKIPPED, reason=self._trouble) if self._ending() else make(case)
            return
        waiting, running = list(reversed(cases)), set[Future[CaseResult]]()
        with ThreadPoolExecutor(jobs) as pool:
            while waiting or running:
                while waiting and len(running) < jobs and not self._ending():
                    running.add(pool.submit(make, waiting.pop()))
                done, running = wait(running, timeout=_GLANCE, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
                if self._ending() and not running:
                    break
        yield from (CaseResult(case, Outcome.SKIPPED, reason=self._trouble) for case in reversed(waiting))

    def _noted(self, result: CaseResult) -> CaseResult:
        self._results[result.case.id] = result
        self._missed(result)
        if self._trouble is None and self.options.fail_fast and result.outcome is Outcome.FAILED:
            self._trouble = f"stopped at the first failure, {result.case.id}"
        return result

    def _missed(self, result: CaseResult) -> None:
        """Counts results without a reply in a row, and ends the run when the target is gone."""
        without_reply = result.outcome is Outcome.ERRORED and not result.exchanges
        self._silent = self._silent + 1 if without_reply else 0
        if self._silent >= _SILENCE and not self._answers():
            self._trouble = f"the target stopped answering: {result.reason}"

    def _answers(self) -> bool:
        """Whether the target still answers its first request: neighbouring cases may all meet the same defect."""
        self._silent = 0
        probe = evolve(survey_probes(self.contract, self.target)[0], fresh=True)
        try:
            self.dispatcher.exchange(probe)
        except (Unreachable, BudgetSpent):
            return False
        return True

    def _ending(self) -> bool:
        if self._trouble is None and self.stopped():
            self._trouble = "the run was interrupted"
        if self._trouble is None and self.dispatcher.received > _MOST_RECEIVED:
            self._trouble = (
                f"the target's replies came to more than {_MOST_RECEIVED >> 20} megabytes, the most that is kept"
            )
        return self._trouble is not None

    def _why_ending(self) -> str | None:
        return self._trouble if self._ending() else None

    def _in_order(self, chosen: Plan) -> tuple[CaseResult, ...]:
        """The results in the order of the plan, and then those of requests that no plan foresaw."""
        planned = dict.fromkeys(case.id for case in (*chosen.cases, *chosen.beyond))
        found = [name for name in self._results if name not in planned]
        return tuple(self._results[name] for name in (*planned, *found) if name in self._results)

    def _record(self, chosen: Plan, executor: Executor, started: datetime, seconds: float) -> Record:
        results = self._in_order(chosen)
        judged = judge_run(
            self.contract,
            self.target,
            [
                *((one.case, one.exchanges) for one in (*results, *(made.result for made in self._generated))),
                *((case, (one,)) for case, one in executor.denials),
            ],
        )
        judged = {name: one for name, one in judged.items() if name not in executor.unwanted}
        left_out = executor.unwanted.union(*(case.requirements for case in chosen.unselected))
        requirements = tuple(
            of_requirement(one, results, judged.get(one.id), self._policy, one.id in left_out)
            for one in self.contract.requirements.values()
        )
        look = Look(
            self.options,
            _day(started),
            chosen.unselected,
            executor.unwanted,
            results,
            [made.result for made in self._generated],
            judged,
            self._trouble,
        )
        by_id = {one.requirement.id: one for one in requirements}
        told = tuple(look.told(one, by_id[one.requirement]) for one in self.deviations)
        complete = self._trouble is None
        verdict = of_run(requirements, self._policy, complete, told) if results else Verdict.INCONCLUSIVE
        return Record(
            self.contract, self.options, self.target, started, seconds, self.dispatcher.sent, complete,
            self._trouble, verdict, results, requirements, judged,
            tuple(self.dispatcher.made), told, tuple(self._generated), tuple(executor.denials), self._survey,
        )  # fmt: skip


def _day(moment: datetime) -> date:
    """The day in UTC, by which deviations are dated."""
    return moment.astimezone(UTC).date()
