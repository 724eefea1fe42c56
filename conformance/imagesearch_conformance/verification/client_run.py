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

from imagesearch_conformance.clients.checks.request import SECRET_REQUIREMENT
from imagesearch_conformance.clients.judge import OUTPUT_REQUIREMENT, judge_output
from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.scenarios.build import build_scenarios
from imagesearch_conformance.clients.server.scripted_server import build_server_target
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import Credentials, Target
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.document import serialize_target
from imagesearch_conformance.reports.restore import restore_policy
from imagesearch_conformance.runner.aggregate import RunEvidence, aggregate
from imagesearch_conformance.runner.plan import Plan, build_plan, find_deselected_requirements
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verification.client_case import apply_scenario, compare_scenario, has_answer, is_obscured
from imagesearch_conformance.verification.client_cases import ClientCaseSequence
from imagesearch_conformance.verification.compare import compare_report
from imagesearch_conformance.verification.deviations import restore_deviations, start_date
from imagesearch_conformance.verification.difference import Difference, Unverifiable, VerificationFindings
from imagesearch_conformance.verification.recompute import RecomputedRun
from imagesearch_conformance.verification.report_entries import ReportEntries, ReportEntry

#: Stands for the key of a run, which no report holds.
_DUMMY_CREDENTIALS = Credentials("", "")

#: What a report of a client has of generated requests, and of what cases are made of.
_CLIENT_REPORT_CONSTANTS: dict[str, Any] = {"further": {"generated": [], "denied": []}, "survey": None}


def verify_client_run(contract: Contract, report: dict[str, Any], entries: ReportEntries) -> VerificationFindings:
    """What comes out when everything that a client did is judged again; `contract` is the one that binds clients."""
    return _ClientRunVerifier(
        contract, report, evolve(entries, generated=(), rate_limited_exchanges=())
    ).verify_report()


@define(slots=False)
class _ClientRunVerifier:
    contract: Contract
    report: dict[str, Any]
    entries: ReportEntries

    @cached_property
    def options(self) -> Options:
        """What decided which scenarios were played."""
        suite = self.report["suite"]
        return Options(select=suite.get("select", ()), deselect=suite.get("deselect", ()), budget=suite.get("budget"))

    @cached_property
    def target(self) -> Target:
        """The stage at the address of the report."""
        return build_server_target(self.contract, self.report["target"]["endpoint"], _DUMMY_CREDENTIALS)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """All that could be played."""
        return build_scenarios(self.contract, self.target, self.report["target"]["elsewhere"])

    @cached_property
    def policy(self) -> Policy:
        """What failed."""
        return restore_policy(self.report)

    @cached_property
    def deselected_requirements(self) -> frozenset[str]:
        """The requirements that nothing is judged by."""
        return find_deselected_requirements(self.contract, self.options)

    def verify_report(self) -> VerificationFindings:
        """Where the report differs, and what cannot be told."""
        try:
            chosen = build_plan(self.contract, [one.case for one in self.scenarios], self.options, ())
        except InvalidInput as problem:
            return VerificationFindings((Difference(REPORT_FILE, "suite", str(problem), "what selects scenarios"),))
        wanted = {one.id for one in chosen.cases}
        due = {one.id: one for one in self.scenarios if one.id in wanted}
        known = [one for one in self.entries.cases if one.case.id in due]
        listed = _compare_case_ids(list(due), [one.case.id for one in self.entries.cases])
        changed = [one for entry in known for one in compare_scenario(entry, due[entry.case.id])]
        untold = tuple(one for entry in known for one in self._check_secret(entry))
        cases = tuple(apply_scenario(one, due[one.case.id]) for one in known)
        made = self._recompute_run([(one, due[one.case.id]) for one in cases], chosen)
        found = compare_report(self.report, self.contract, evolve(self.entries, cases=cases), made)
        return VerificationFindings((*self._compare_constants(), *listed, *changed), untold) + found

    def _compare_constants(self) -> Iterator[Difference]:
        target = serialize_target(self.target, self.report["target"]["elsewhere"])
        for name, due in {"target": target, **_CLIENT_REPORT_CONSTANTS}.items():
            if self.report.get(name) != due:
                yield Difference(REPORT_FILE, name, "something else", "what holds for every client")

    def _check_secret(self, entry: ReportEntry) -> Iterator[Unverifiable]:
        told = SECRET_REQUIREMENT in self.deselected_requirements or any(
            one["requirement"] == SECRET_REQUIREMENT for one in entry.data["findings"]
        )
        if has_answer(entry) and is_obscured(entry) and not told:
            reason = "something was taken out of it, and nobody can tell whether that was the secret of the key"
            yield Unverifiable(f"case {entry.case.id}", reason)

    def _recompute_run(self, scenario_entries: Sequence[tuple[ReportEntry, Scenario]], plan: Plan) -> RecomputedRun:
        """Everything made anew, up to the verdict where every case can be judged."""
        trouble, defects = self.report["trouble"], self.entries.signature_defects()
        course = ClientCaseSequence(
            self.contract, self.target, self.policy, self.deselected_requirements, trouble, defects
        )
        results = tuple(course.judge_next(*one) for one in scenario_entries)
        cases = tuple(one for one in results if isinstance(one, CaseResult))
        if len(cases) < len(results):
            return RecomputedRun(results, ())
        evidence = RunEvidence(
            options=self.options,
            day=start_date(self.report),
            results=cases,
            run_judgements=self._judge_output(any_answered=course.any_answered),
            deselected_requirements=self.deselected_requirements,
            stop_reason=trouble,
            unselected=plan.unselected,
        )
        found = aggregate(self.contract, self.policy, evidence, restore_deviations(self.report, self.contract))
        return RecomputedRun(cases, (), found.requirements, found.run_judgements, found.verdict, found.deviations)

    def _judge_output(self, *, any_answered: bool) -> Mapping[str, Judgement]:
        """Lines that are no messages are in no report: that there were any is told by the finding."""
        written = (one for one in self.report["requirements"] if one["id"] == OUTPUT_REQUIREMENT)
        noise = [told["message"] for one in written for told in one.get("findings", ())][:1]
        return judge_output(self.contract, noise) if noise or any_answered else {}


def _compare_case_ids(expected: list[str], reported: list[str]) -> Iterator[Difference]:
    for name in expected:
        if name not in reported:
            yield Difference(REPORT_FILE, "cases", f"nothing of {name}", "what became of it")
    for name in reported:
        if name not in expected:
            right = "nothing of it: no such scenario was selected"
            yield Difference(REPORT_FILE, f"case {name}", "that it is a case", right)
    known = set(expected) & set(reported)
    if [one for one in expected if one in known] != [one for one in reported if one in known]:
        yield Difference(REPORT_FILE, "cases", "another order", "that in which they are played")
