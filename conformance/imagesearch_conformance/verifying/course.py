"""The cases of a client judged again in the order in which they were played: some depend on what came before."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from imagesearch_conformance.clients.codings import accepts_gzip
from imagesearch_conformance.clients.judging import judge_performance
from imagesearch_conformance.clients.look import Defects
from imagesearch_conformance.clients.requesting import REPLAY, SECRET, nonce_of
from imagesearch_conformance.clients.scenario import Performance, Scenario
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answered
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.playing import judged
from imagesearch_conformance.verdicts import CaseResult, Policy
from imagesearch_conformance.verifying.entries import Entry
from imagesearch_conformance.verifying.played import performed, redacted, was_played


@define
class Course:
    """Judges one case after the other; `trouble` is why the run ended early, if it did.

    What is known by then: the nonces that were `used`, whether any request was `asked` and one accepted `gzip`,
    whether any call was `answered`, whether the run is `over`. A call that belongs to no case may have been made
    once something is `unseen`.
    """

    contract: Contract
    target: Target
    policy: Policy
    unwanted: frozenset[str]
    trouble: str | None
    defects: Defects
    answered: bool = field(default=False, init=False)
    _used: set[str] = field(factory=set, init=False)
    _asked: bool = field(default=False, init=False)
    _gzip: bool = field(default=False, init=False)
    _unseen: bool = field(default=False, init=False)
    _over: bool = field(default=False, init=False)

    def result(self, entry: Entry, scenario: Scenario) -> CaseResult | str:
        """The result of the next case made anew, or what is wrong with it."""
        # Before the first request nobody knows what a client accepts, and a call was made to learn it.
        self._unseen = self._unseen or (scenario.compressed and not self._asked)
        if not was_played(entry):
            return self._unplayed(entry, scenario)
        if self._over:
            return "that it was played after the run had ended"
        if scenario.compressed and not self._gzip and not self._unseen:
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, exchanges=entry.exchanges)
        performance = performed(entry, scenario, frozenset(self._used))
        result = judged(performance, lambda one: self._judgement(one, entry), self.policy, self.unwanted)
        self._note(performance)
        return result

    def _unplayed(self, entry: Entry, scenario: Scenario) -> CaseResult | str:
        """What a case without an answer can be: left out at the end of a run, or not for this client."""
        outcome = Outcome(entry.written["outcome"])
        if outcome is Outcome.SKIPPED and self.trouble is not None:
            self._over = True
            return CaseResult(scenario.case, outcome, reason=self.trouble)
        if outcome is Outcome.NOT_APPLICABLE and scenario.compressed and not self._gzip:
            return CaseResult(scenario.case, outcome, reason="the client accepts no compressed replies")
        return "no answer to a call"

    def _note(self, performance: Performance) -> None:
        requests = [one.request for one in performance.everything]
        self._used.update(nonce for nonce in map(nonce_of, requests) if nonce is not None)
        self._asked = self._asked or bool(requests)
        self._gzip = self._gzip or any(map(accepts_gzip, requests))
        broken = performance.answer.kind is Answered.BROKEN
        self.answered = self.answered or not broken
        # A call was made to learn whether the client is gone.
        self._unseen = self._unseen or (broken and not performance.scenario.robust)

    def _judgement(self, performance: Performance, entry: Entry) -> Judgement:
        """What comes out anew, and what only the report can say."""
        made = judge_performance(self.contract, self.target, performance, self.defects)
        trusted = {REPLAY} if self._unseen else set()
        trusted |= {SECRET} if redacted(entry) else set()
        trusted &= made.exercised - {one.requirement for one in made.findings}
        told = (one for one in entry.written["findings"] if one["requirement"] in trusted)
        return Judgement(made.exercised, (*made.findings, *map(self._told, told)))

    def _told(self, written: dict[str, Any]) -> Finding:
        requirement = self.contract.requirements[written["requirement"]]
        place = written["where"], Grade.DOCUMENTED, written.get("exchange", 0)
        return Finding(requirement.id, requirement.level, written["message"], (), None, *place)
