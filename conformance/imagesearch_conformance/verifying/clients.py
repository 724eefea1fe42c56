"""A run against a client judged again: the scenarios are made anew, and what it did in them is read back.

On trust is taken what a report cannot show: signatures (what is wrong with them stands beside each request), whether
what was redacted was the key, nonces of calls that belong to no case, lines printed where messages belong, and
that a run ended early.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import define, evolve, field

from imagesearch_conformance.clients.catalogue import scenarios
from imagesearch_conformance.clients.judging import OUTPUT, judge_output, judge_performance
from imagesearch_conformance.clients.requesting import REPLAY, SECRET, nonce_of
from imagesearch_conformance.clients.scenario import Performance, Scenario
from imagesearch_conformance.clients.target import stage_target
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.client import Answered
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import Credentials, Target
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.reports.document import target_document
from imagesearch_conformance.reports.recorded import policy_of
from imagesearch_conformance.runner.deviations import Look
from imagesearch_conformance.runner.planning import Plan, deselected, plan
from imagesearch_conformance.runner.playing import accepts_gzip, judged
from imagesearch_conformance.runner.rounds import without
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import CaseResult, of_requirement, of_run
from imagesearch_conformance.verifying.comparing import compared
from imagesearch_conformance.verifying.departures import begun, departures
from imagesearch_conformance.verifying.difference import Difference, Findings, Untold
from imagesearch_conformance.verifying.entries import Entries, Entry, SeenDefects
from imagesearch_conformance.verifying.played import differing, obscured, performed, redacted, staged
from imagesearch_conformance.verifying.recomputing import Recomputed

#: Stands for the key of a run, which no report holds.
_SOME_KEY = Credentials("", "")

#: What a report of a client has of generated requests, and of what cases are made of.
_NOTHING_FURTHER: dict[str, Any] = {"further": {"generated": [], "denied": []}, "survey": None}


def of_performances(contract: Contract, document: dict[str, Any], entries: Entries) -> Findings:
    """What comes out when everything that a client did is judged again; `contract` is the one that binds clients."""
    return _Regating(contract, document, evolve(entries, generated=(), denied=())).found()


@define
class _Course:
    """What came before a case: the nonces of requests, whether one accepts compressed replies, whether any was made.

    `unseen` says that a call may have been made that belongs to no case, `over` that the run has ended.
    """

    used: set[str] = field(factory=set)
    gzip: bool = False
    asked: bool = False
    unseen: bool = False
    over: bool = False

    def begin(self, scenario: Scenario) -> None:
        """Before the first request nobody knows what a client accepts, and a call is made to learn it."""
        self.unseen = self.unseen or (scenario.compressed and not self.asked)

    def note(self, performance: Performance) -> None:
        """After a breakdown a call is made to learn whether the client is gone."""
        requests = [one.request for one in performance.everything]
        self.used.update(nonce for nonce in map(nonce_of, requests) if nonce is not None)
        self.gzip = self.gzip or any(map(accepts_gzip, requests))
        self.asked = self.asked or bool(requests)
        broken = performance.answer.kind is Answered.BROKEN
        self.unseen = self.unseen or (broken and not performance.scenario.robust)


@define(slots=False)
class _Regating:
    contract: Contract
    document: dict[str, Any]
    entries: Entries
    _course: _Course = field(factory=_Course, init=False)
    _answers: bool = field(default=False, init=False)

    @cached_property
    def options(self) -> Options:
        """What decided which scenarios were played."""
        suite = self.document["suite"]
        return Options(select=suite.get("select", ()), deselect=suite.get("deselect", ()), budget=suite.get("budget"))

    @cached_property
    def target(self) -> Target:
        """The stage at the address of the report."""
        return stage_target(self.contract, self.document["target"]["endpoint"], _SOME_KEY)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """All that could be played."""
        return scenarios(self.contract, self.target, self.document["target"]["elsewhere"])

    @cached_property
    def defects(self) -> SeenDefects:
        """What was seen of signatures before they were redacted."""
        return self.entries.defects()

    @cached_property
    def unwanted(self) -> frozenset[str]:
        """The requirements that nothing is judged by."""
        return deselected(self.contract, self.options)

    def found(self) -> Findings:
        """Where the report differs, and what cannot be told."""
        try:
            chosen = plan(self.contract, [one.case for one in self.scenarios], self.options, ())
        except BadInput as problem:
            return Findings((Difference(EVIDENCE, "suite", str(problem), "what selects scenarios"),))
        wanted = {one.id for one in chosen.cases}
        due = {one.id: one for one in self.scenarios if one.id in wanted}
        known = [one for one in self.entries.cases if one.case.id in due]
        listed = _of_list(list(due), [one.case.id for one in self.entries.cases])
        changed = [one for entry in known for one in differing(entry, due[entry.case.id])]
        untold = tuple(one for entry in known for one in self._of_secret(entry))
        cases = tuple(staged(entry, due[entry.case.id]) if _answered(entry) else entry for entry in known)
        results = tuple(self._result(one, due[one.case.id]) for one in cases)
        made = self._whole(results, chosen)
        found = compared(self.document, self.contract, evolve(self.entries, cases=cases), made)
        return Findings((*self._of_frame(), *listed, *changed), untold) + found

    def _of_frame(self) -> Iterator[Difference]:
        target = target_document(self.target, self.document["target"]["elsewhere"])
        for name, due in {"target": target, **_NOTHING_FURTHER}.items():
            if self.document.get(name) != due:
                yield Difference(EVIDENCE, name, "something else", "what holds for every client")

    def _of_secret(self, entry: Entry) -> Iterator[Untold]:
        told = SECRET in self.unwanted or any(one["requirement"] == SECRET for one in entry.written["findings"])
        if _answered(entry) and obscured(entry) and not told:
            reason = "something was taken out of it, and nobody can tell whether that was the secret of the key"
            yield Untold(f"case {entry.case.id}", reason)

    def _result(self, entry: Entry, scenario: Scenario) -> CaseResult | str:
        course = self._course
        if not _answered(entry):
            return self._unplayed(entry, scenario)
        if course.over:
            return "that it was played after the run had ended"
        if scenario.compressed and course.asked and not (course.gzip or course.unseen):
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, exchanges=entry.exchanges)
        course.begin(scenario)
        performance = performed(entry, scenario, frozenset(course.used))
        result = judged(performance, lambda one: self._judgement(one, entry), policy_of(self.document), self.unwanted)
        course.note(performance)
        self._answers = self._answers or performance.answer.kind is not Answered.BROKEN
        return result

    def _unplayed(self, entry: Entry, scenario: Scenario) -> CaseResult | str:
        """What a case without an answer can be: left out at the end of a run, or not for this client."""
        outcome, trouble = Outcome(entry.written["outcome"]), self.document["trouble"]
        if outcome is Outcome.SKIPPED and trouble is not None:
            self._course.over = True
            return CaseResult(scenario.case, outcome, reason=trouble)
        if outcome is Outcome.NOT_APPLICABLE and scenario.compressed and not self._course.gzip:
            self._course.begin(scenario)
            return CaseResult(scenario.case, outcome, reason="the client accepts no compressed replies")
        return "no answer to a call"

    def _judgement(self, performance: Performance, entry: Entry) -> Judgement:
        """What comes out anew, and what only the report can say."""
        made = judge_performance(self.contract, self.target, performance, self.defects)
        departed = {one.requirement for one in made.findings}
        trusted = {REPLAY} if self._course.unseen else set()
        trusted |= {SECRET} if redacted(entry) else set()
        trusted &= made.exercised - departed
        told = [one for one in entry.written["findings"] if one["requirement"] in trusted]
        return Judgement(made.exercised, (*made.findings, *map(self._told, told)))

    def _told(self, written: dict[str, Any]) -> Finding:
        requirement = self.contract.requirements[written["requirement"]]
        place = written["where"], Grade.DOCUMENTED, written.get("exchange", 0)
        return Finding(requirement.id, requirement.level, written["message"], (), None, *place)

    def _whole(self, results: tuple[CaseResult | str, ...], chosen: Plan) -> Recomputed:
        made = tuple(one for one in results if isinstance(one, CaseResult))
        if len(made) < len(results):
            return Recomputed(results, ())
        policy, trouble = policy_of(self.document), self.document["trouble"]
        run = {name: without(one, self.unwanted) for name, one in self._of_run().items()}
        left_out = self.unwanted.union(*(case.requirements for case in chosen.unselected))
        requirements = tuple(
            of_requirement(one, made, run.get(one.id), policy, one.id in left_out)
            for one in self.contract.requirements.values()
        )
        day = begun(self.document)
        look = Look(self.options, day, chosen.unselected, self.unwanted, made, (), run, trouble)
        known = departures(self.document, look, requirements)
        verdict = of_run(requirements, policy, trouble is None, known) if made else Verdict.INCONCLUSIVE
        return Recomputed(made, (), requirements, run, verdict, known)

    def _of_run(self) -> Mapping[str, Judgement]:
        """Lines that are no messages are in no report: that there were any is told by the finding."""
        written = (one for one in self.document["requirements"] if one["id"] == OUTPUT)
        noise = [told["message"] for one in written for told in one.get("findings", ())][:1]
        return judge_output(self.contract, noise) if noise or self._answers else {}


def _answered(entry: Entry) -> bool:
    return entry.written.get("answer") is not None


def _of_list(due: list[str], found: list[str]) -> Iterator[Difference]:
    for name in due:
        if name not in found:
            yield Difference(EVIDENCE, "cases", f"nothing of {name}", "what became of it")
    for name in found:
        if name not in due:
            right = "nothing of it: no such scenario was selected"
            yield Difference(EVIDENCE, f"case {name}", "that it is a case", right)
    known = set(due) & set(found)
    if [one for one in due if one in known] != [one for one in found if one in known]:
        yield Difference(EVIDENCE, "cases", "another order", "that in which they are played")
