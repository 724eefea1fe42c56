"""A run against a client, from the first scenario to the verdict, as a stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from attrs import define, field

from imagesearch_conformance.clients.driver import Driver
from imagesearch_conformance.clients.judging import judge_output
from imagesearch_conformance.clients.scenario import Gated, Scenario
from imagesearch_conformance.clients.theatre import Theatre
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answered
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.deviations import Look, accepted
from imagesearch_conformance.runner.events import CaseFinished, Event, Finished, Planned, Record
from imagesearch_conformance.runner.planning import Plan, deselected, plan
from imagesearch_conformance.runner.playing import Player
from imagesearch_conformance.runner.rounds import without
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import CaseResult, Policy, of_requirement, of_run


@define
class Gate:
    """One run against a client; `contract` is the one that binds clients, `target` the stage as they see it.

    `now` is the time (UTC) and `clock` counts seconds; `stopped` says whether somebody wants an early end.
    """

    contract: Contract
    target: Target
    elsewhere: str
    options: Options
    driver: Driver
    stage: Theatre
    now: Callable[[], datetime]
    clock: Callable[[], float]
    stopped: Callable[[], bool] = lambda: False
    deviations: tuple[Deviation, ...] = ()
    _player: Player = field(init=False)
    _results: dict[str, CaseResult] = field(factory=dict, init=False)
    _trouble: str | None = field(default=None, init=False)

    def events(self) -> Iterator[Event]:
        """Plays every scenario that is selected and ends with the record; raises BadInput."""
        started, began = self.now(), self.clock()
        known = accepted(self.deviations, started.astimezone(UTC).date())
        policy = Policy(self.options.level, self.options.strict, known)
        unwanted = deselected(self.contract, self.options)
        self._player = Player(self.contract, self.target, self.elsewhere, self.driver, self.stage, policy, unwanted)
        everything = self._player.scenarios
        chosen = plan(self.contract, [one.case for one in everything], self.options, ())
        wanted = {case.id for case in chosen.cases}
        selected = [one for one in everything if one.id in wanted]
        yield Planned(tuple(one.case for one in selected), len(selected))
        for scenario in selected:
            yield CaseFinished(self._noted(self._result(scenario)))
        yield Finished(self._record(chosen, started, self.clock() - began))

    def _result(self, scenario: Scenario) -> CaseResult:
        if self._ending():
            return CaseResult(scenario.case, Outcome.SKIPPED, reason=self._trouble)
        result = self._player.result(scenario)
        self._trouble = self._trouble or self._player.gone(scenario)
        return result

    def _noted(self, result: CaseResult) -> CaseResult:
        self._results[result.case.id] = result
        if self._trouble is None and self.options.fail_fast and result.outcome is Outcome.FAILED:
            self._trouble = f"stopped at the first failure, {result.case.id}"
        return result

    def _ending(self) -> bool:
        if self._trouble is None and self.stopped():
            self._trouble = "the run was interrupted"
        return self._trouble is not None

    def _record(self, chosen: Plan, started: datetime, seconds: float) -> Record:
        results, player = tuple(self._results.values()), self._player
        judged = {name: without(one, player.unwanted) for name, one in self._of_run().items()}
        left_out = player.unwanted.union(*(case.requirements for case in chosen.unselected))
        requirements = tuple(
            of_requirement(one, results, judged.get(one.id), player.policy, one.id in left_out)
            for one in self.contract.requirements.values()
        )
        day = started.astimezone(UTC).date()
        look = Look(self.options, day, chosen.unselected, player.unwanted, results, (), judged, self._trouble)
        by_id = {one.requirement.id: one for one in requirements}
        told = tuple(look.told(one, by_id[one.requirement]) for one in self.deviations)
        complete = self._trouble is None
        verdict = of_run(requirements, player.policy, complete, told) if results else Verdict.INCONCLUSIVE
        return Record(
            self.contract, self.options, self.target, started, seconds, len(player.exchanges), complete,
            self._trouble, verdict, results, requirements, judged, tuple(player.exchanges), told,
            gated=Gated(self.driver.info, player.performances, self.elsewhere),
        )  # fmt: skip

    def _of_run(self) -> Mapping[str, Judgement]:
        answered = any(one.answer.kind is not Answered.BROKEN for one in self._player.performances.values())
        return judge_output(self.contract, self.driver.noise) if answered or self.driver.noise else {}
