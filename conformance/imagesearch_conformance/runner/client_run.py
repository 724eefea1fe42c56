"""Run scenarios with a client and judge what it sends and returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from attrs import define, field

from imagesearch_conformance.clients.checks.request import signature_nonce
from imagesearch_conformance.clients.driver import Driver
from imagesearch_conformance.clients.judge import judge_output, judge_scenario_run
from imagesearch_conformance.clients.scenario import (
    ClientRunData,
    Scenario,
    ScenarioRun,
    accepts_gzip,
    not_applicable_reason,
)
from imagesearch_conformance.clients.scenarios.build import build_scenarios
from imagesearch_conformance.clients.server.scripted_server import ScenarioServer
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.finding import Judgement, Outcome
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, Policy, judgement_outcome
from imagesearch_conformance.runner.confirmation import exclude_requirements, internal_error_reason
from imagesearch_conformance.runner.events import CaseFinished, Event, RunFinished, RunPlanned
from imagesearch_conformance.runner.plan import build_plan, find_deselected_requirements
from imagesearch_conformance.runner.run_state import Progress, RunStart
from imagesearch_conformance.settings.options import Options


@define
class ScenarioRunner:
    """Runs scenarios with one client; `contract` and `target` are as in `ClientRun`.

    Nothing is judged by `deselected_requirements`. `scenario_runs` (by scenario id) and `exchanges` collect
    everything that happened.
    """

    contract: Contract
    target: Target
    other_endpoint: str
    driver: Driver
    server: ScenarioServer
    policy: Policy = field(factory=Policy)
    deselected_requirements: frozenset[str] = frozenset()
    scenarios: tuple[Scenario, ...] = field(init=False)
    scenario_runs: dict[str, ScenarioRun] = field(factory=dict, init=False)
    exchanges: list[Exchange] = field(factory=list, init=False)
    _used_nonces: set[str] = field(factory=set, init=False)

    @scenarios.default
    def _default_scenarios(self) -> tuple[Scenario, ...]:
        return build_scenarios(self.contract, self.target, self.other_endpoint)

    def run_scenario(self, scenario: Scenario) -> CaseResult:
        """Return the result of a scenario; nothing that a client does raises an exception."""
        if scenario.requires_gzip and not self._has_gzip_support():
            reason = "no request of the client accepts compressed responses"
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, reason=reason)
        scenario_run = self.scenario_runs[scenario.id] = self._call_client(scenario)
        return build_case_result(scenario_run, self._judge, self.policy, self.deselected_requirements)

    def unresponsive_reason(self, scenario: Scenario) -> str | None:
        """Return why no further scenario can run after this one, or None.

        Scenarios in a row may all hit one defect, so a client is gone only if it fails the simplest call as well.
        """
        scenario_run = self.scenario_runs.get(scenario.id)
        if scenario_run is None or scenario.undocumented_behaviour or _is_responsive(scenario_run):
            return None
        simplest_run = self._call_client(self.scenarios[0])
        if _is_responsive(simplest_run):
            return None
        missing = "answer" if simplest_run.answer.kind is AnswerKind.ADAPTER_FAILURE else "send anything for"
        return f"the client does not {missing} the simplest call: {simplest_run.answer.text}"

    def _call_client(self, scenario: Scenario) -> ScenarioRun:
        self.server.start_script(scenario.script)
        answer = self.driver.call(scenario.call)
        exchanges, other_exchanges = self.server.exchanges(), self.server.other_exchanges()
        scenario_run = ScenarioRun(scenario, answer, exchanges, other_exchanges, frozenset(self._used_nonces))
        self.exchanges += scenario_run.all_exchanges
        nonces = (signature_nonce(exchange.request) for exchange in scenario_run.all_exchanges)
        self._used_nonces.update(nonce for nonce in nonces if nonce is not None)
        return scenario_run

    def _judge(self, scenario_run: ScenarioRun) -> Judgement:
        return judge_scenario_run(self.contract, self.target, scenario_run)

    def _has_gzip_support(self) -> bool:
        """Return whether any request accepts gzip; make the simplest call if there was none yet."""
        if not self.exchanges:
            self._call_client(self.scenarios[0])
        return any(accepts_gzip(exchange.request) for exchange in self.exchanges)


def _is_responsive(scenario_run: ScenarioRun) -> bool:
    """Return whether a client answered, and sent something unless it refused the arguments."""
    kind = scenario_run.answer.kind
    return kind is AnswerKind.ARGUMENTS_REFUSED or (
        kind is not AnswerKind.ADAPTER_FAILURE and bool(scenario_run.exchanges)
    )


def build_case_result(
    scenario_run: ScenarioRun,
    judge: Callable[[ScenarioRun], Judgement],
    policy: Policy,
    deselected_requirements: frozenset[str],
) -> CaseResult:
    """Judge one run of a scenario, but not by `deselected_requirements`."""
    case, exchanges = scenario_run.scenario.case, scenario_run.all_exchanges
    if reason := not_applicable_reason(scenario_run):
        return CaseResult(case, Outcome.NOT_APPLICABLE, exchanges=exchanges, reason=reason)
    try:
        judgement = judge(scenario_run)
    except Exception as error:  # noqa: BLE001 an answer that breaks a check must not cost the other scenarios
        return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=internal_error_reason(error))
    judgement = exclude_requirements(judgement, deselected_requirements)
    return CaseResult(case, judgement_outcome(judgement, policy), judgement, exchanges)


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
