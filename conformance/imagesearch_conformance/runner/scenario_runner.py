"""One scenario after another: played with a client, and judged."""

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
    """Plays scenarios with one client; `contract` is the one that binds clients, `target` the stage as they see it.

    `unwanted` are requirements that nothing is judged by. What was played stays: `performances` by the id of
    the scenario, `exchanges` all that was sent.
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
        """What became of a scenario; never raises for what a client does."""
        if scenario.requires_gzip and not self._has_gzip_support():
            reason = "no request of the client says that it accepts compressed replies"
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, reason=reason)
        performance = self.scenario_runs[scenario.id] = self._call_client(scenario)
        return build_case_result(performance, self._judge, self.policy, self.deselected_requirements)

    def unresponsive_reason(self, scenario: Scenario) -> str | None:
        """Why nothing more can be asked after a scenario, or None.

        Neighbouring scenarios may all meet one defect: only who does not even make the plainest call is gone.
        """
        performance = self.scenario_runs.get(scenario.id)
        if performance is None or scenario.undocumented_behaviour or _is_responsive(performance):
            return None
        plainest = self._call_client(self.scenarios[0])
        if _is_responsive(plainest):
            return None
        did = "answer" if plainest.answer.kind is AnswerKind.ADAPTER_FAILURE else "send anything for"
        return f"the client does not {did} the plainest call: {plainest.answer.text}"

    def _call_client(self, scenario: Scenario) -> ScenarioRun:
        self.server.start_script(scenario.script)
        answer = self.driver.call(scenario.call)
        received, elsewhere = self.server.exchanges(), self.server.other_exchanges()
        performance = ScenarioRun(scenario, answer, received, elsewhere, frozenset(self._used_nonces))
        self.exchanges += performance.all_exchanges
        nonces = (signature_nonce(one.request) for one in performance.all_exchanges)
        self._used_nonces.update(nonce for nonce in nonces if nonce is not None)
        return performance

    def _judge(self, scenario_run: ScenarioRun) -> Judgement:
        return judge_scenario_run(self.contract, self.target, scenario_run)

    def _has_gzip_support(self) -> bool:
        """Whether a request says so; a plain call is made where none came before."""
        if not self.exchanges:
            self._call_client(self.scenarios[0])
        return any(accepts_gzip(one.request) for one in self.exchanges)


def _is_responsive(scenario_run: ScenarioRun) -> bool:
    """Whether a client answered, and sent something unless it said why not."""
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
    """What a performance comes to; `unwanted` are requirements that it is not judged by."""
    case, exchanges = scenario_run.scenario.case, scenario_run.all_exchanges
    if missing := not_applicable_reason(scenario_run):
        return CaseResult(case, Outcome.NOT_APPLICABLE, exchanges=exchanges, reason=missing)
    try:
        judgement = judge(scenario_run)
    except Exception as problem:  # noqa: BLE001 an answer that breaks a check must not cost the other scenarios
        return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=internal_error_reason(problem))
    wanted = exclude_requirements(judgement, deselected_requirements)
    return CaseResult(case, judgement_outcome(wanted, policy), wanted, exchanges)
