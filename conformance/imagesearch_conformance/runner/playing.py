"""One scenario after another: played with a client, and judged."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from imagesearch_conformance.clients.catalogue import scenarios
from imagesearch_conformance.clients.codings import accepts_gzip, unshown
from imagesearch_conformance.clients.driver import Driver
from imagesearch_conformance.clients.judging import judge_performance
from imagesearch_conformance.clients.requesting import nonce_of
from imagesearch_conformance.clients.scenario import Performance, Scenario
from imagesearch_conformance.clients.theatre import Theatre
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answered
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.ourselves import our_fault
from imagesearch_conformance.runner.rounds import without
from imagesearch_conformance.verdicts import CaseResult, Policy, of_judgement


@define
class Player:
    """Plays scenarios with one client; `contract` is the one that binds clients, `target` the stage as they see it.

    `unwanted` are requirements that nothing is judged by. What was played stays: `performances` by the id of
    the scenario, `exchanges` all that was sent.
    """

    contract: Contract
    target: Target
    elsewhere: str
    driver: Driver
    stage: Theatre
    policy: Policy = field(factory=Policy)
    unwanted: frozenset[str] = frozenset()
    scenarios: tuple[Scenario, ...] = field(init=False)
    performances: dict[str, Performance] = field(factory=dict, init=False)
    exchanges: list[Exchange] = field(factory=list, init=False)
    _nonces: set[str] = field(factory=set, init=False)

    @scenarios.default
    def _all(self) -> tuple[Scenario, ...]:
        return scenarios(self.contract, self.target, self.elsewhere)

    def result(self, scenario: Scenario) -> CaseResult:
        """What became of a scenario; never raises for what a client does."""
        if scenario.compressed and not self._accepts_gzip():
            reason = "no request of the client says that it accepts compressed replies"
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, reason=reason)
        performance = self.performances[scenario.id] = self._performed(scenario)
        return judged(performance, self._judge, self.policy, self.unwanted)

    def gone(self, scenario: Scenario) -> str | None:
        """Why nothing more can be asked after a scenario, or None.

        Neighbouring scenarios may all meet one defect: only who does not even make the plainest call is gone.
        """
        performance = self.performances.get(scenario.id)
        if performance is None or scenario.robust or _alive(performance):
            return None
        plainest = self._performed(self.scenarios[0])
        if _alive(plainest):
            return None
        did = "answer" if plainest.answer.kind is Answered.BROKEN else "send anything for"
        return f"the client does not {did} the plainest call: {plainest.answer.text}"

    def _performed(self, scenario: Scenario) -> Performance:
        self.stage.play(scenario.script)
        answer = self.driver.call(scenario.call)
        received, elsewhere = self.stage.received(), self.stage.received_elsewhere()
        performance = Performance(scenario, answer, received, elsewhere, frozenset(self._nonces))
        self.exchanges += performance.everything
        nonces = (nonce_of(one.request) for one in performance.everything)
        self._nonces.update(nonce for nonce in nonces if nonce is not None)
        return performance

    def _judge(self, performance: Performance) -> Judgement:
        return judge_performance(self.contract, self.target, performance)

    def _accepts_gzip(self) -> bool:
        """Whether a request says so; a plain call is made where none came before."""
        if not self.exchanges:
            self._performed(self.scenarios[0])
        return any(accepts_gzip(one.request) for one in self.exchanges)


def _alive(performance: Performance) -> bool:
    """Whether a client answered, and sent something unless it said why not."""
    kind = performance.answer.kind
    return kind is Answered.REFUSED or (kind is not Answered.BROKEN and bool(performance.exchanges))


def judged(
    performance: Performance, judge: Callable[[Performance], Judgement], policy: Policy, unwanted: frozenset[str]
) -> CaseResult:
    """What a performance comes to; `unwanted` are requirements that it is not judged by."""
    case, exchanges = performance.scenario.case, performance.everything
    if missing := unshown(performance):
        return CaseResult(case, Outcome.NOT_APPLICABLE, exchanges=exchanges, reason=missing)
    try:
        judgement = judge(performance)
    except Exception as problem:  # noqa: BLE001 an answer that breaks a check must not cost the other scenarios
        return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=our_fault(problem))
    wanted = without(judgement, unwanted)
    return CaseResult(case, of_judgement(wanted, policy), wanted, exchanges)
