"""A run against a client, from the first scenario to the verdict, as a stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from attrs import define, field

from imagesearch_conformance.clients.driver import Driver
from imagesearch_conformance.clients.judge import judge_output
from imagesearch_conformance.clients.scenario import ClientRunData, Scenario
from imagesearch_conformance.clients.server.scripted_server import ScenarioServer
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.runner.aggregate import aggregate
from imagesearch_conformance.runner.deviations import DeviationEvidence, accepted_requirements, utc_date
from imagesearch_conformance.runner.events import CaseFinished, Event, RunFinished, RunPlanned, RunRecord
from imagesearch_conformance.runner.plan import Plan, build_plan, find_deselected_requirements
from imagesearch_conformance.runner.progress import Progress
from imagesearch_conformance.runner.scenario_runner import ScenarioRunner
from imagesearch_conformance.settings.options import Options


@define
class ClientRun:
    """One run against a client; `contract` is the one that binds clients, `target` the stage as they see it.

    `now` is the time (UTC) and `clock` counts seconds; `stopped` says whether somebody wants an early end.
    """

    contract: Contract
    target: Target
    other_endpoint: str
    options: Options
    driver: Driver
    server: ScenarioServer
    now: Callable[[], datetime]
    perf_counter: Callable[[], float]
    is_interrupted: Callable[[], bool] = lambda: False
    deviations: tuple[Deviation, ...] = ()
    _scenario_runner: ScenarioRunner = field(init=False)
    _progress: Progress = field(init=False)

    @_progress.default
    def _default_progress(self) -> Progress:
        return Progress(self.options.fail_fast, self.is_interrupted)

    def events(self) -> Iterator[Event]:
        """Plays every scenario that is selected and ends with the record; raises BadInput."""
        started, began = self.now(), self.perf_counter()
        known = accepted_requirements(self.deviations, utc_date(started))
        policy = Policy(self.options.level, self.options.strict, known)
        unwanted = find_deselected_requirements(self.contract, self.options)
        self._scenario_runner = ScenarioRunner(
            self.contract, self.target, self.other_endpoint, self.driver, self.server, policy, unwanted
        )
        everything = self._scenario_runner.scenarios
        chosen = build_plan(self.contract, [one.case for one in everything], self.options, ())
        wanted = {case.id for case in chosen.cases}
        selected = [one for one in everything if one.id in wanted]
        yield RunPlanned(tuple(one.case for one in selected), len(selected))
        for scenario in selected:
            yield CaseFinished(self._progress.record_result(self._run_scenario(scenario)))
        yield RunFinished(self._build_record(chosen, started, self.perf_counter() - began))

    def _run_scenario(self, scenario: Scenario) -> CaseResult:
        progress = self._progress
        if progress.should_stop():
            return progress.skip(scenario.case)
        result = self._scenario_runner.run_scenario(scenario)
        progress.stop_reason = progress.stop_reason or self._scenario_runner.unresponsive_reason(scenario)
        return result

    def _build_record(self, plan: Plan, started_at: datetime, seconds: float) -> RunRecord:
        results, trouble, player = (
            tuple(self._progress.results.values()),
            self._progress.stop_reason,
            self._scenario_runner,
        )
        look = DeviationEvidence(
            self.options, utc_date(started_at), plan.unselected, player.deselected_requirements, results, (), self._judge_output(), trouble
        )  # fmt: skip
        found = aggregate(self.contract, player.policy, look, self.deviations)
        return RunRecord(
            self.contract, self.options, self.target, started_at, seconds, len(player.exchanges), trouble is None, trouble,
            found.verdict, results, found.requirements, found.run_judgements, tuple(player.exchanges), found.deviations,
            client_data=ClientRunData(self.driver.info, player.scenario_runs, self.other_endpoint),
        )  # fmt: skip

    def _judge_output(self) -> Mapping[str, Judgement]:
        answered = any(
            one.answer.kind is not AnswerKind.ADAPTER_FAILURE for one in self._scenario_runner.scenario_runs.values()
        )
        return judge_output(self.contract, self.driver.noise) if answered or self.driver.noise else {}
