"""Run all scenarios against a client, as a stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from attrs import define, field

from imagesearch_conformance.clients.driver import Driver
from imagesearch_conformance.clients.judge import judge_output
from imagesearch_conformance.clients.scenario import ClientRunData, Scenario
from imagesearch_conformance.clients.server.scenario_server import ScenarioServer
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.runner.events import CaseFinished, Event, RunFinished, RunPlanned
from imagesearch_conformance.runner.plan import build_plan, find_deselected_requirements
from imagesearch_conformance.runner.run_state import Progress, RunStart
from imagesearch_conformance.runner.scenario_runner import ScenarioRunner
from imagesearch_conformance.settings.options import Options


@define
class ClientRun:
    """A run against a client; `contract` is the contract for clients, `target` the server that the client talks to.

    `now` returns the time (UTC), `perf_counter` seconds; `is_interrupted` asks whether the user wants to stop.
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
    _progress: Progress = field(init=False)

    @_progress.default
    def _default_progress(self) -> Progress:
        return Progress(self.options.fail_fast, self.is_interrupted)

    def events(self) -> Iterator[Event]:
        """Run every selected scenario and end with the record; raise InvalidInput."""
        start = RunStart(self.contract, self.options, self.deviations, self.now(), self.perf_counter)
        deselected = find_deselected_requirements(self.contract, self.options)
        runner = ScenarioRunner(
            self.contract, self.target, self.other_endpoint, self.driver, self.server, start.policy, deselected
        )
        plan = build_plan(self.contract, [scenario.case for scenario in runner.scenarios], self.options, ())
        planned_ids = {case.id for case in plan.cases}
        scenarios = [scenario for scenario in runner.scenarios if scenario.id in planned_ids]
        yield RunPlanned(tuple(scenario.case for scenario in scenarios), len(scenarios))
        for scenario in scenarios:
            yield CaseFinished(self._progress.record_result(self._run_scenario(runner, scenario)))
        record = start.build_record(
            ClientRunData(self.driver.info, runner.scenario_runs, self.other_endpoint),
            self.target,
            results=tuple(self._progress.results.values()),
            run_judgements=self._judge_output(runner),
            deselected_requirements=deselected,
            exchanges=runner.exchanges,
            request_count=len(runner.exchanges),
            stop_reason=self._progress.stop_reason,
            unselected=plan.unselected,
        )
        yield RunFinished(record)

    def _run_scenario(self, runner: ScenarioRunner, scenario: Scenario) -> CaseResult:
        progress = self._progress
        if progress.should_stop():
            return progress.skip(scenario.case)
        result = runner.run_scenario(scenario)
        progress.stop_reason = progress.stop_reason or runner.unresponsive_reason(scenario)
        return result

    def _judge_output(self, runner: ScenarioRunner) -> Mapping[str, Judgement]:
        has_answer = any(
            scenario_run.answer.kind is not AnswerKind.ADAPTER_FAILURE for scenario_run in runner.scenario_runs.values()
        )
        return judge_output(self.contract, self.driver.noise) if has_answer or self.driver.noise else {}
