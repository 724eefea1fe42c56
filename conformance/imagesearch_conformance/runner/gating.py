"""A run against a client, from the first scenario to the verdict, as a stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from attrs import define, field

from imagesearch_conformance.clients.catalogue import scenarios
from imagesearch_conformance.clients.codings import accepts_gzip, unshown
from imagesearch_conformance.clients.driver import Driver
from imagesearch_conformance.clients.judging import judge_output, judge_performance
from imagesearch_conformance.clients.requesting import nonce_of
from imagesearch_conformance.clients.scenario import Gated, Performance, Scenario
from imagesearch_conformance.clients.theatre import Theatre
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answered
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.deviations import Look, accepted
from imagesearch_conformance.runner.events import CaseFinished, Event, Finished, Planned, Record
from imagesearch_conformance.runner.planning import Plan, deselected, plan
from imagesearch_conformance.runner.rounds import without
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import CaseResult, Policy, of_judgement, of_requirement, of_run


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
    _policy: Policy = field(init=False)
    _unwanted: frozenset[str] = field(default=frozenset(), init=False)
    _results: dict[str, CaseResult] = field(factory=dict, init=False)
    _performances: dict[str, Performance] = field(factory=dict, init=False)
    _exchanges: list[Exchange] = field(factory=list, init=False)
    _nonces: set[str] = field(factory=set, init=False)
    _plain: Scenario = field(init=False)
    _trouble: str | None = field(default=None, init=False)

    def events(self) -> Iterator[Event]:
        """Plays every scenario that is selected and ends with the record; raises BadInput."""
        started, began = self.now(), self.clock()
        known = accepted(self.deviations, started.astimezone(UTC).date())
        self._policy = Policy(self.options.level, self.options.strict, known)
        self._unwanted = deselected(self.contract, self.options)
        everything = scenarios(self.contract, self.target, self.elsewhere)
        self._plain = everything[0]
        chosen = plan(self.contract, [one.case for one in everything], self.options, ())
        wanted = {case.id for case in chosen.cases}
        selected = [one for one in everything if one.id in wanted]
        yield Planned(tuple(one.case for one in selected), len(selected))
        for scenario in selected:
            yield CaseFinished(self._noted(self._result(scenario)))
        yield Finished(self._record(chosen, started, self.clock() - began))

    def _result(self, scenario: Scenario) -> CaseResult:
        if self._ending():
            return CaseResult(scenario.case, Outcome.SKIPPED, reason=self._trouble)
        if scenario.compressed and not self._accepts_gzip():
            reason = "no request of the client says that it accepts compressed replies"
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, reason=reason)
        performance = self._performances[scenario.id] = self._performed(scenario)
        if performance.answer.kind is Answered.BROKEN and not scenario.robust and self._gone():
            self._trouble = f"the client does not answer a plain call any more: {performance.answer.text}"
        missing = unshown(performance)
        if missing is not None:
            exchanges = performance.everything
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, exchanges=exchanges, reason=missing)
        return self._judged(performance)

    def _performed(self, scenario: Scenario) -> Performance:
        self.stage.play(scenario.script)
        answer = self.driver.call(scenario.call)
        received, elsewhere = self.stage.received(), self.stage.received_elsewhere()
        performance = Performance(scenario, answer, received, elsewhere, frozenset(self._nonces))
        self._exchanges += performance.everything
        nonces = (nonce_of(one.request) for one in performance.everything)
        self._nonces.update(nonce for nonce in nonces if nonce is not None)
        return performance

    def _gone(self) -> bool:
        """Whether the plainest call breaks the client down as well: neighbouring scenarios may all meet one defect."""
        return self._performed(self._plain).answer.kind is Answered.BROKEN

    def _judged(self, performance: Performance) -> CaseResult:
        case, exchanges = performance.scenario.case, performance.everything
        try:
            judgement = judge_performance(self.contract, self.target, performance)
        except Exception as problem:  # noqa: BLE001 an answer that breaks a check must not cost the other scenarios
            reason = f"a fault of this suite: {type(problem).__name__}: {problem}"
            return CaseResult(case, Outcome.ERRORED, exchanges=exchanges, reason=reason)
        wanted = without(judgement, self._unwanted)
        return CaseResult(case, of_judgement(wanted, self._policy), wanted, exchanges)

    def _accepts_gzip(self) -> bool:
        """Whether a request before said so, or no request came that could have."""
        return not self._exchanges or any(accepts_gzip(one.request) for one in self._exchanges)

    def _noted(self, result: CaseResult) -> CaseResult:
        self._results[result.case.id] = result
        if self._trouble is None and self.options.fail_fast and result.outcome is Outcome.FAILED:
            self._trouble = f"stopped at the first failure, {result.case.id}"
        return result

    def _ending(self) -> bool:
        if self._trouble is None and self.stopped():
            self._trouble = "the run was interrupted"
        return self._trouble is not None

    def _record(self, chosen: Plan, started: datetime, seconds: float) -> Record:
        results = tuple(self._results.values())
        judged = {name: without(one, self._unwanted) for name, one in self._of_run().items()}
        left_out = self._unwanted.union(*(case.requirements for case in chosen.unselected))
        requirements = tuple(
            of_requirement(one, results, judged.get(one.id), self._policy, one.id in left_out)
            for one in self.contract.requirements.values()
        )
        day = started.astimezone(UTC).date()
        look = Look(self.options, day, chosen.unselected, self._unwanted, results, (), judged, self._trouble)
        by_id = {one.requirement.id: one for one in requirements}
        told = tuple(look.told(one, by_id[one.requirement]) for one in self.deviations)
        complete = self._trouble is None
        verdict = of_run(requirements, self._policy, complete, told) if results else Verdict.INCONCLUSIVE
        return Record(
            self.contract, self.options, self.target, started, seconds, len(self._exchanges), complete,
            self._trouble, verdict, results, requirements, judged, tuple(self._exchanges), told,
            gated=Gated(self.driver.info, self._performances),
        )  # fmt: skip

    def _of_run(self) -> Mapping[str, Judgement]:
        answered = any(one.answer.kind is not Answered.BROKEN for one in self._performances.values())
        return judge_output(self.contract, self.driver.noise) if answered or self.driver.noise else {}
