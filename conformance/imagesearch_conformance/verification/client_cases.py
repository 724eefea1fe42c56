"""The cases of a client judged again in the order in which they were played: some depend on what came before."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from imagesearch_conformance.clients.checks.context import DefectFinder
from imagesearch_conformance.clients.checks.request import REPLAY_REQUIREMENT, SECRET_REQUIREMENT, signature_nonce
from imagesearch_conformance.clients.judge import judge_scenario_run
from imagesearch_conformance.clients.scenario import Scenario, ScenarioRun, accepts_gzip
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement, Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.runner.client_run import build_case_result
from imagesearch_conformance.verification.client_case import has_answer, is_redacted, restore_scenario_run
from imagesearch_conformance.verification.report_entries import ReportEntry


@define
class ClientCaseSequence:
    """Judges one case after the other; `trouble` is why the run ended early, if it did.

    What is known by then: the nonces that were `used`, whether any request was `asked` and one accepted `gzip`,
    whether any call was `answered`, whether the run is `over`. A call that belongs to no case may have been made
    once something is `unseen`.
    """

    contract: Contract
    target: Target
    policy: Policy
    deselected_requirements: frozenset[str]
    stop_reason: str | None
    defects: DefectFinder
    any_answered: bool = field(default=False, init=False)
    _used_nonces: set[str] = field(factory=set, init=False)
    _any_request: bool = field(default=False, init=False)
    _accepts_gzip: bool = field(default=False, init=False)
    _may_miss_calls: bool = field(default=False, init=False)
    _has_ended: bool = field(default=False, init=False)

    def judge_next(self, entry: ReportEntry, scenario: Scenario) -> CaseResult | str:
        """The result of the next case made anew, or what is wrong with it."""
        # Before the first request nobody knows what a client accepts, and a call was made to learn it.
        self._may_miss_calls = self._may_miss_calls or (scenario.requires_gzip and not self._any_request)
        if not has_answer(entry):
            return self._judge_without_answer(entry, scenario)
        if self._has_ended:
            return "that it was played after the run had ended"
        if scenario.requires_gzip and not self._accepts_gzip and not self._may_miss_calls:
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, exchanges=entry.exchanges)
        performance = restore_scenario_run(entry, scenario, frozenset(self._used_nonces))
        result = build_case_result(
            performance, lambda one: self._judge_scenario_run(one, entry), self.policy, self.deselected_requirements
        )
        self._update_state(performance)
        return result

    def _judge_without_answer(self, entry: ReportEntry, scenario: Scenario) -> CaseResult | str:
        """What a case without an answer can be: left out at the end of a run, or not for this client."""
        outcome = Outcome(entry.data["outcome"])
        if outcome is Outcome.SKIPPED and self.stop_reason is not None:
            self._has_ended = True
            return CaseResult(scenario.case, outcome, reason=self.stop_reason)
        if outcome is Outcome.NOT_APPLICABLE and scenario.requires_gzip and not self._accepts_gzip:
            return CaseResult(scenario.case, outcome, reason="the client accepts no compressed replies")
        return "no answer to a call"

    def _update_state(self, scenario_run: ScenarioRun) -> None:
        requests = [one.request for one in scenario_run.all_exchanges]
        self._used_nonces.update(nonce for nonce in map(signature_nonce, requests) if nonce is not None)
        self._any_request = self._any_request or bool(requests)
        self._accepts_gzip = self._accepts_gzip or any(map(accepts_gzip, requests))
        broken = scenario_run.answer.kind is AnswerKind.ADAPTER_FAILURE
        self.any_answered = self.any_answered or not broken
        # A call was made to learn whether the client is gone.
        self._may_miss_calls = self._may_miss_calls or (broken and not scenario_run.scenario.undocumented_behaviour)

    def _judge_scenario_run(self, scenario_run: ScenarioRun, entry: ReportEntry) -> Judgement:
        """What comes out anew, and what only the report can say."""
        made = judge_scenario_run(self.contract, self.target, scenario_run, self.defects)
        trusted = {REPLAY_REQUIREMENT} if self._may_miss_calls else set()
        trusted |= {SECRET_REQUIREMENT} if is_redacted(entry) else set()
        trusted &= made.exercised - {one.requirement for one in made.findings}
        told = (one for one in entry.data["findings"] if one["requirement"] in trusted)
        return Judgement(made.exercised, (*made.findings, *map(self._restore_finding, told)))

    def _restore_finding(self, data: dict[str, Any]) -> Finding:
        requirement = self.contract.requirements[data["requirement"]]
        place = data["where"], Grade.DOCUMENTED, data.get("exchange", 0)
        return Finding(requirement.id, requirement.level, data["message"], (), None, *place)
