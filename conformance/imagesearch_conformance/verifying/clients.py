"""A run against a client judged again: the scenarios are made anew, and what it did in them is read back.

On trust is taken what a report cannot show: signatures (what is wrong with them stands beside each request), whether
what was redacted was the key, nonces of calls that belong to no case, lines printed where messages belong, and
that a run ended early.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import define, evolve

from imagesearch_conformance.clients.catalogue import scenarios
from imagesearch_conformance.clients.judging import OUTPUT, judge_output
from imagesearch_conformance.clients.requesting import SECRET
from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.target import stage_target
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Credentials, Target
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.reports.document import target_document
from imagesearch_conformance.reports.recorded import policy_of
from imagesearch_conformance.runner.deviations import Look
from imagesearch_conformance.runner.folding import folded
from imagesearch_conformance.runner.planning import Plan, deselected, plan
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import CaseResult, Policy
from imagesearch_conformance.verifying.comparing import compared
from imagesearch_conformance.verifying.course import Course
from imagesearch_conformance.verifying.departures import begun, departures
from imagesearch_conformance.verifying.difference import Difference, Findings, Untold
from imagesearch_conformance.verifying.entries import Entries, Entry
from imagesearch_conformance.verifying.played import differing, obscured, staged, was_played
from imagesearch_conformance.verifying.recomputing import Recomputed

#: Stands for the key of a run, which no report holds.
_SOME_KEY = Credentials("", "")

#: What a report of a client has of generated requests, and of what cases are made of.
_NOTHING_FURTHER: dict[str, Any] = {"further": {"generated": [], "denied": []}, "survey": None}


def of_performances(contract: Contract, document: dict[str, Any], entries: Entries) -> Findings:
    """What comes out when everything that a client did is judged again; `contract` is the one that binds clients."""
    return _Regating(contract, document, evolve(entries, generated=(), denied=())).found()


@define(slots=False)
class _Regating:
    contract: Contract
    document: dict[str, Any]
    entries: Entries

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
    def policy(self) -> Policy:
        """What failed."""
        return policy_of(self.document)

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
        cases = tuple(staged(one, due[one.case.id]) for one in known)
        made = self._made([(one, due[one.case.id]) for one in cases], chosen)
        found = compared(self.document, self.contract, evolve(self.entries, cases=cases), made)
        return Findings((*self._of_frame(), *listed, *changed), untold) + found

    def _of_frame(self) -> Iterator[Difference]:
        target = target_document(self.target, self.document["target"]["elsewhere"])
        for name, due in {"target": target, **_NOTHING_FURTHER}.items():
            if self.document.get(name) != due:
                yield Difference(EVIDENCE, name, "something else", "what holds for every client")

    def _of_secret(self, entry: Entry) -> Iterator[Untold]:
        told = SECRET in self.unwanted or any(one["requirement"] == SECRET for one in entry.written["findings"])
        if was_played(entry) and obscured(entry) and not told:
            reason = "something was taken out of it, and nobody can tell whether that was the secret of the key"
            yield Untold(f"case {entry.case.id}", reason)

    def _made(self, played: Sequence[tuple[Entry, Scenario]], chosen: Plan) -> Recomputed:
        """Everything made anew, up to the verdict where every case can be judged."""
        trouble, defects = self.document["trouble"], self.entries.defects()
        course = Course(self.contract, self.target, self.policy, self.unwanted, trouble, defects)
        results = tuple(course.result(*one) for one in played)
        cases = tuple(one for one in results if isinstance(one, CaseResult))
        if len(cases) < len(results):
            return Recomputed(results, ())
        day, run = begun(self.document), self._of_run(answered=course.answered)
        look = Look(self.options, day, chosen.unselected, self.unwanted, cases, (), run, trouble)
        found = folded(self.contract, self.policy, look, departures(self.document, self.contract))
        return Recomputed(cases, (), found.requirements, found.judged, found.verdict, found.deviations)

    def _of_run(self, *, answered: bool) -> Mapping[str, Judgement]:
        """Lines that are no messages are in no report: that there were any is told by the finding."""
        written = (one for one in self.document["requirements"] if one["id"] == OUTPUT)
        noise = [told["message"] for one in written for told in one.get("findings", ())][:1]
        return judge_output(self.contract, noise) if noise or answered else {}


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
