"""A run against a client, from the first scenario to the verdict, as a stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from attrs import define, field

from imagesearch_conformance.clients.driver import Driver
from imagesearch_conformance.clients.judging import judge_output
from imagesearch_conformance.clients.scenario import Gated, Scenario
from imagesearch_conformance.clients.theatre import Theatre
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answered
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.deviations import Look, accepted, day_of
from imagesearch_conformance.runner.events import CaseFinished, Event, Finished, Planned, Record
from imagesearch_conformance.runner.folding import folded
from imagesearch_conformance.runner.planning import Plan, deselected, plan
from imagesearch_conformance.runner.playing import Player
from imagesearch_conformance.runner.progress import Progress
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import CaseResult, Policy


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
    _progress: Progress = field(init=False)

    @_progress.default
    def _nothing_yet(self) -> Progress:
        return Progress(self.options.fail_fast, self.stopped)

    def events(self) -> Iterator[Event]:
        """Plays every scenario that is selected and ends with the record; raises BadInput."""
        started, began = self.now(), self.clock()
        known = accepted(self.deviations, day_of(started))
        policy = Policy(self.options.level, self.options.strict, known)
        unwanted = deselected(self.contract, self.options)
        self._player = Player(self.contract, self.target, self.elsewhere, self.driver, self.stage, policy, unwanted)
        everything = self._player.scenarios
        chosen = plan(self.contract, [one.case for one in everything], self.options, ())
        wanted = {case.id for case in chosen.cases}
        selected = [one for one in everything if one.id in wanted]
        yield Planned(tuple(one.case for one in selected), len(selected))
        for scenario in selected:
            yield CaseFinished(self._progress.noted(self._result(scenario)))
        yield Finished(self._record(chosen, started, self.clock() - began))

    def _result(self, scenario: Scenario) -> CaseResult:
        progress = self._progress
        if progress.ending():
            return progress.left_out(scenario.case)
        result = self._player.result(scenario)
        progress.trouble = progress.trouble or self._player.gone(scenario)
        return result

    def _record(self, chosen: Plan, started: datetime, seconds: float) -> Record:
        results, trouble, player = tuple(self._progress.results.values()), self._progress.trouble, self._player
        look = Look(
            self.options, day_of(started), chosen.unselected, player.unwanted, results, (), self._of_run(), trouble
        )  # fmt: skip
        found = folded(self.contract, player.policy, look, self.deviations)
        return Record(
            self.contract, self.options, self.target, started, seconds, len(player.exchanges), trouble is None, trouble,
            found.verdict, results, found.requirements, found.judged, tuple(player.exchanges), found.deviations,
            gated=Gated(self.driver.info, player.performances, self.elsewhere),
        )  # fmt: skip

    def _of_run(self) -> Mapping[str, Judgement]:
        answered = any(one.answer.kind is not Answered.BROKEN for one in self._player.performances.values())
        return judge_output(self.contract, self.driver.noise) if answered or self.driver.noise else {}
