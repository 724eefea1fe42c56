"""Run scenarios with a client, one after another, and judge what it sends and returns."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from imagesearch_conformance.clients.checks.request import signature_nonce
from imagesearch_conformance.clients.content_coding import accepts_gzip, not_applicable_reason
from imagesearch_conformance.clients.driver import Driver
from imagesearch_conformance.clients.judge import judge_scenario_run
from imagesearch_conformance.clients.scenario import Scenario, ScenarioRun
from imagesearch_conformance.clients.scenarios.build import build_scenarios
from imagesearch_conformance.clients.server.scenario_server import ScenarioServer
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, Policy, judgement_outcome
from imagesearch_conformance.runner.confirmation import exclude_requirements
from imagesearch_conformance.runner.internal_errors import internal_error_reason


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
