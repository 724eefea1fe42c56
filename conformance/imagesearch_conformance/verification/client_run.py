"""Verification of a run against a client: the scenarios are built again, and the client's behaviour is read back.

Not verified is what a report does not show: signatures (their defects are stored beside each request), whether
redacted text was the key, nonces of calls that belong to no case, output that is not a protocol message, and
whether the run really ended early.
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
from imagesearch_conformance.reports.load import restore_policy
from imagesearch_conformance.runner.aggregate import RunEvidence, aggregate
from imagesearch_conformance.runner.plan import Plan, build_plan, find_deselected_requirements
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verification.client_case import (
    ClientCaseSequence,
    apply_scenario,
    compare_scenario,
    has_answer,
    is_obscured,
)
from imagesearch_conformance.verification.compare import compare_report
from imagesearch_conformance.verification.difference import Difference, Unverifiable, VerificationFindings
from imagesearch_conformance.verification.recompute import RecomputedRun
from imagesearch_conformance.verification.report_entries import (
    ReportEntries,
    ReportEntry,
    restore_deviations,
    start_date,
)

#: Replaces the key of the run, which a report does not contain.
_DUMMY_CREDENTIALS = Credentials("", "")

#: Members of a report that are the same for every client.
_CLIENT_REPORT_CONSTANTS: dict[str, Any] = {"unassignedExchanges": {"generated": [], "rateLimited": []}, "survey": None}


def verify_client_run(contract: Contract, report: dict[str, Any], entries: ReportEntries) -> VerificationFindings:
    """Judge a run against a client again; `contract` is the one for clients."""
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
        suite = self.report["suite"]
        return Options(select=suite.get("select", ()), deselect=suite.get("deselect", ()), budget=suite.get("budget"))

    @cached_property
    def target(self) -> Target:
        """The scripted server at the endpoint of the report."""
        return build_server_target(self.contract, self.report["target"]["endpoint"], _DUMMY_CREDENTIALS)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        return build_scenarios(self.contract, self.target, self.report["target"]["otherEndpoint"])

    @cached_property
    def policy(self) -> Policy:
        return restore_policy(self.report)

    @cached_property
    def deselected_requirements(self) -> frozenset[str]:
        return find_deselected_requirements(self.contract, self.options)

    def verify_report(self) -> VerificationFindings:
        try:
            plan = build_plan(self.contract, [scenario.case for scenario in self.scenarios], self.options, ())
        except InvalidInput as problem:
            return VerificationFindings((Difference(REPORT_FILE, "suite", str(problem), "a valid selection"),))
        planned_ids = {case.id for case in plan.cases}
        expected = {scenario.id: scenario for scenario in self.scenarios if scenario.id in planned_ids}
        pairs = [(entry, expected[entry.case.id]) for entry in self.entries.cases if entry.case.id in expected]
        id_differences = _compare_case_ids(list(expected), [entry.case.id for entry in self.entries.cases])
        scenario_differences = [difference for pair in pairs for difference in compare_scenario(*pair)]
        unverifiable = tuple(secret for entry, _ in pairs for secret in self._check_secret(entry))
        pairs = [(apply_scenario(entry, scenario), scenario) for entry, scenario in pairs]
        entries = evolve(self.entries, cases=tuple(entry for entry, _ in pairs))
        findings = compare_report(self.report, self.contract, entries, self._recompute_run(pairs, plan))
        differences = (*self._compare_constants(), *id_differences, *scenario_differences)
        return VerificationFindings(differences, unverifiable) + findings

    def _compare_constants(self) -> Iterator[Difference]:
        target = serialize_target(self.target, self.report["target"]["otherEndpoint"])
        for name, expected in {"target": target, **_CLIENT_REPORT_CONSTANTS}.items():
            if self.report.get(name) != expected:
                yield Difference(REPORT_FILE, name, "another value", "the value of every run against a client")

    def _check_secret(self, entry: ReportEntry) -> Iterator[Unverifiable]:
        is_settled = SECRET_REQUIREMENT in self.deselected_requirements or any(
            finding["requirement"] == SECRET_REQUIREMENT for finding in entry.data["findings"]
        )
        if has_answer(entry) and is_obscured(entry) and not is_settled:
            reason = "something was redacted, which may have been the secret of the key"
            yield Unverifiable(f"case {entry.case.id}", reason)

    def _recompute_run(self, scenario_entries: Sequence[tuple[ReportEntry, Scenario]], plan: Plan) -> RecomputedRun:
        """Judge all cases again, and the whole run if that worked for each of them."""
        stop_reason, defects = self.report["stopReason"], self.entries.signature_defects()
        sequence = ClientCaseSequence(
            self.contract, self.target, self.policy, self.deselected_requirements, stop_reason, defects
        )
        results = tuple(sequence.judge_next(entry, scenario) for entry, scenario in scenario_entries)
        cases = tuple(result for result in results if isinstance(result, CaseResult))
        if len(cases) < len(results):
            return RecomputedRun(results, ())
        evidence = RunEvidence(
            options=self.options,
            day=start_date(self.report),
            results=cases,
            run_judgements=self._judge_output(any_answered=sequence.any_answered),
            deselected_requirements=self.deselected_requirements,
            stop_reason=stop_reason,
            unselected=plan.unselected,
        )
        deviations = restore_deviations(self.report, self.contract)
        run = aggregate(self.contract, self.policy, evidence, deviations)
        return RecomputedRun(cases, (), run.requirements, run.run_judgements, run.verdict, run.deviations)

    def _judge_output(self, *, any_answered: bool) -> Mapping[str, Judgement]:
        """Judge the output by the report's finding: a report does not store lines that are not messages."""
        requirements = (
            requirement for requirement in self.report["requirements"] if requirement["id"] == OUTPUT_REQUIREMENT
        )
        messages = [finding["message"] for requirement in requirements for finding in requirement.get("findings", ())]
        return judge_output(self.contract, messages[:1]) if messages or any_answered else {}


def _compare_case_ids(expected: list[str], reported: list[str]) -> Iterator[Difference]:
    for case_id in expected:
        if case_id not in reported:
            yield Difference(REPORT_FILE, "cases", "none", f"an entry for {case_id}")
    for case_id in reported:
        if case_id not in expected:
            yield Difference(REPORT_FILE, f"case {case_id}", "an entry", "no entry, no such scenario was selected")
    common = set(expected) & set(reported)
    if [case_id for case_id in expected if case_id in common] != [case_id for case_id in reported if case_id in common]:
        yield Difference(REPORT_FILE, "cases", "another order", "the order of the scenarios")
