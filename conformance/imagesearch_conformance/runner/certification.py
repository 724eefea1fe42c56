"""A certification step by step: what is learned, what is planned, each case, and the record in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from attrs import define, evolve, field

from imagesearch_conformance.cases.catalogue import build
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.checks.judging import judge
from imagesearch_conformance.checks.reading import read
from imagesearch_conformance.checks.run import judge_run, unasked_denial
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.deviations import Look, accepted, day_of
from imagesearch_conformance.runner.dispatch import BudgetSpent, Dispatcher
from imagesearch_conformance.runner.events import Example, Record
from imagesearch_conformance.runner.execution import Executor
from imagesearch_conformance.runner.folding import folded
from imagesearch_conformance.runner.patience import Patience
from imagesearch_conformance.runner.planning import Plan, deselected, plan
from imagesearch_conformance.runner.progress import Progress
from imagesearch_conformance.runner.rounds import Judge
from imagesearch_conformance.runner.survey import Unsurveyed, survey, survey_probes
from imagesearch_conformance.runner.worth import shipped
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import CaseResult, Policy

#: What makes the cases for a target, with a seed and a number of examples.
Build = Callable[[Contract, Target, Survey, int, int], tuple[Case, ...]]

#: After so many cases in a row with no reply, or with nothing but refusals for their number, the target counts as gone.
_SILENCE = 3

#: The most bytes of replies that a run keeps, many times what any target's own data come to.
_MOST_RECEIVED = 512 << 20


@define
class Certification:
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
    stopped: Callable[[], bool] = lambda: False
    kept: Path | None = None
    build: Build = build
    judge: Judge = judge
    deviations: tuple[Deviation, ...] = ()
    chosen: Plan = field(init=False)
    progress: Progress = field(init=False)
    policy: Policy = field(init=False)
    _executor: Executor = field(init=False)
    _survey: Survey | None = field(default=None, init=False)
    _searches: list[list[Example]] = field(factory=list, init=False)
    _silent: int = field(default=0, init=False)
    _started: datetime = field(init=False)
    _begun: float = field(init=False)

    @progress.default
    def _nothing_yet(self) -> Progress:
        return Progress(self.options.fail_fast, self.stopped)

    def begin(self) -> bool:
        """Surveys and plans; whether there is anything to ask. Raises BadInput and BadSpec only."""
        surroundings = self.dispatcher.surroundings
        self._started, self._begun = surroundings.now(), surroundings.stopwatch()
        self.policy = Policy(self.options.level, self.options.strict, accepted(self.deviations, day_of(self._started)))
        unwanted = deselected(self.contract, self.options)
        learned = survey(self.dispatcher, self.contract, self.target, self.stopped, self.options.jobs)
        self.target = self.target if isinstance(learned, Unsurveyed) else self.target.knowing(learned.relatives)
        self._executor = Executor(self.contract, self.target, self.dispatcher, self.policy, unwanted, self.judge)
        if isinstance(learned, Unsurveyed):
            self.progress.trouble, self.chosen = learned.reason, Plan((), (), (), self.dispatcher.sent)
            return False
        self._survey = learned
        cases = self.build(self.contract, self.target, learned, self.options.seed, self.options.examples)
        spent = survey_probes(self.contract, self.target, self.dispatcher.most)
        self.chosen = plan(self.contract, cases, self.options, spent, shipped())
        return True

    def made(self, case: Case) -> CaseResult:
        """What becomes of one case, made now; it has to be noted."""
        return self._executor.result(case)

    def beyond(self, case: Case) -> CaseResult:
        """What became of a case that the budget has no room for."""
        return CaseResult(case, Outcome.SKIPPED, reason=str(BudgetSpent(self.options.budget)))

    def generated(self, summaries: Sequence[Case]) -> Iterator[CaseResult]:
        """What generated requests find, and what became of the rest; made and to be noted one by one."""
        if self.ending():
            yield from map(self.progress.left_out, summaries)
        elif summaries and self._survey is not None:
            # Hypothesis and Schemathesis take longer to import than all the rest.
            from imagesearch_conformance.runner.fuzzing import Fuzzing  # noqa: PLC0415

            shop = Workshop(self.contract, self.target, self._survey, self.options.seed)
            known = {one.requirement for result in self.progress.results.values() for one in result.judgement.findings}
            fuzzing = Fuzzing(shop, self._executor, frozenset(known), self._why_ending, self._missed, self.kept)
            self._searches.append(fuzzing.made)
            yield from fuzzing.results({case.requirements[0]: case for case in summaries})

    @property
    def _generated(self) -> list[Example]:
        """Every generated request."""
        return [one for made in self._searches for one in made]

    def noted(self, result: CaseResult) -> CaseResult:
        """Takes a result into the record."""
        self.progress.noted(result)
        self._missed(result)
        return result

    def ending(self) -> bool:
        """Whether nothing more is to be made."""
        if not self.progress.ending() and self.dispatcher.received > _MOST_RECEIVED:
            most = f"{_MOST_RECEIVED >> 20} megabytes"
            self.progress.trouble = f"the target's replies came to more than {most}, the most that is kept"
        return self.progress.trouble is not None

    def _missed(self, result: CaseResult) -> None:
        """Counts results in a row that the target gave nothing to judge for, and ends the run when it is gone."""
        self._silent = self._silent + 1 if self._unserved(result) else 0
        if self._silent >= _SILENCE and not self._answers():
            self.progress.trouble = (
                str(result.reason) if result.exchanges else f"the target stopped answering: {result.reason}"
            )

    def _unserved(self, result: CaseResult) -> bool:
        """Whether there was no reply, or in spite of all waiting a refusal for the number of requests."""
        readings = (read(one.reply, self.contract.protocol.success) for one in result.exchanges)
        return result.outcome is Outcome.ERRORED and (
            not result.exchanges or any(unasked_denial(self.contract, result.case, one) for one in readings)
        )

    def _answers(self) -> bool:
        """Whether the target still answers its first request: neighbouring cases may all meet the same defect."""
        self._silent = 0
        probe = evolve(survey_probes(self.contract, self.target)[0], fresh=True)
        patience = Patience(self.contract, self.dispatcher)
        try:
            return not patience.denied(patience.exchange(probe))
        except (Unreachable, BudgetSpent):
            return False

    def _why_ending(self) -> str | None:
        return self.progress.trouble if self.ending() else None

    def _in_order(self) -> tuple[CaseResult, ...]:
        """The results in the order of the plan, and then those of requests that no plan foresaw."""
        planned = dict.fromkeys(case.id for case in (*self.chosen.cases, *self.chosen.beyond))
        results = self.progress.results
        found = [name for name in results if name not in planned]
        return tuple(results[name] for name in (*planned, *found) if name in results)

    def record(self) -> Record:
        """Everything that was found, with the verdict."""
        seconds = self.dispatcher.surroundings.stopwatch() - self._begun
        results, executor, trouble = self._in_order(), self._executor, self.progress.trouble
        look = Look(
            self.options, day_of(self._started), self.chosen.unselected, executor.unwanted, results,
            [made.result for made in self._generated], self._of_run(results), trouble,
        )  # fmt: skip
        found = folded(self.contract, self.policy, look, self.deviations)
        return Record(
            self.contract, self.options, self.target, self._started, seconds, self.dispatcher.sent, trouble is None,
            trouble, found.verdict, results, found.requirements, found.judged, tuple(self.dispatcher.made),
            found.deviations, tuple(self._generated), tuple(executor.denials), self._survey,
        )  # fmt: skip

    def _of_run(self, results: Sequence[CaseResult]) -> Mapping[str, Judgement]:
        """What holds for all exchanges together."""
        everything = (*results, *(made.result for made in self._generated))
        denials = ((case, (one,)) for case, one in self._executor.denials)
        return judge_run(self.contract, self.target, [*((one.case, one.exchanges) for one in everything), *denials])
