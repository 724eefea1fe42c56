"""Judging the cases of a client again in the order of the run, since some depend on earlier ones."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from imagesearch_conformance.clients.checks.context import DefectFinder
from imagesearch_conformance.clients.checks.request import REPLAY_REQUIREMENT, SECRET_REQUIREMENT, signature_nonce
from imagesearch_conformance.clients.content_coding import accepts_gzip
from imagesearch_conformance.clients.judge import judge_scenario_run
from imagesearch_conformance.clients.scenario import Scenario, ScenarioRun
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.runner.scenario_runner import build_case_result
from imagesearch_conformance.verification.client_case import has_answer, is_redacted, restore_scenario_run
from imagesearch_conformance.verification.report_entries import ReportEntry


@define
class ClientCaseSequence:
    """Judges one case after the other; `stop_reason` is the reason why the run ended early, if it did.

    Calls that belong to no case are not in the report: `_may_miss_calls` is set once there may have been one.
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
        """Return the result of the next case, or a description of a faulty entry."""
        # Without an earlier request, the runner makes a call of its own to learn which codings the client accepts.
        self._may_miss_calls = self._may_miss_calls or (scenario.requires_gzip and not self._any_request)
        if not has_answer(entry):
            return self._judge_without_answer(entry, scenario)
        if self._has_ended:
            return "exchanges after the end of the run"
        if scenario.requires_gzip and not self._accepts_gzip and not self._may_miss_calls:
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, exchanges=entry.exchanges)
        scenario_run = restore_scenario_run(entry, scenario, frozenset(self._used_nonces))
        result = build_case_result(
            scenario_run,
            lambda scenario_run: self._judge_scenario_run(scenario_run, entry),
            self.policy,
            self.deselected_requirements,
        )
        self._update_state(scenario_run)
        return result

    def _judge_without_answer(self, entry: ReportEntry, scenario: Scenario) -> CaseResult | str:
        """A case without an answer was not reached before the end of the run, or does not apply to the client."""
        outcome = Outcome(entry.data["outcome"])
        if outcome is Outcome.SKIPPED and self.stop_reason is not None:
            self._has_ended = True
            return CaseResult(scenario.case, outcome, reason=self.stop_reason)
        if outcome is Outcome.NOT_APPLICABLE and scenario.requires_gzip and not self._accepts_gzip:
            return CaseResult(scenario.case, outcome, reason="the client does not accept compressed responses")
        return "no answer to a call"

    def _update_state(self, scenario_run: ScenarioRun) -> None:
        requests = [exchange.request for exchange in scenario_run.all_exchanges]
        self._used_nonces.update(nonce for nonce in map(signature_nonce, requests) if nonce is not None)
        self._any_request = self._any_request or bool(requests)
        self._accepts_gzip = self._accepts_gzip or any(map(accepts_gzip, requests))
        has_failed = scenario_run.answer.kind is AnswerKind.ADAPTER_FAILURE
        self.any_answered = self.any_answered or not has_failed
        # The runner makes a call of its own to learn whether the client still responds.
        self._may_miss_calls = self._may_miss_calls or (has_failed and not scenario_run.scenario.undocumented_behaviour)

    def _judge_scenario_run(self, scenario_run: ScenarioRun, entry: ReportEntry) -> Judgement:
        """Judge a case again; findings that redaction or missing calls hide are taken from the report."""
        judgement = judge_scenario_run(self.contract, self.target, scenario_run, self.defects)
        trusted = {REPLAY_REQUIREMENT} if self._may_miss_calls else set()
        trusted |= {SECRET_REQUIREMENT} if is_redacted(entry) else set()
        trusted &= judgement.exercised - {finding.requirement for finding in judgement.findings}
        reported = (finding for finding in entry.data["findings"] if finding["requirement"] in trusted)
        return Judgement(judgement.exercised, (*judgement.findings, *map(self._restore_finding, reported)))

    def _restore_finding(self, data: dict[str, Any]) -> Finding:
        requirement = self.contract.requirements[data["requirement"]]
        place = data["where"], Grade.DOCUMENTED, data.get("exchange", 0)
        return Finding(requirement.id, requirement.level, data["message"], (), None, *place)
