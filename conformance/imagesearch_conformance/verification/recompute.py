"""Judging a whole run again: every case, then the whole run, then requirements and verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from attrs import define, field, frozen

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.whole_run import judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.deviation import DeviationResult
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import (
    NOT_SELECTED_REASON,
    CaseResult,
    Policy,
    RequirementResult,
)
from imagesearch_conformance.reports.deviations import reported_deviations
from imagesearch_conformance.reports.restore import restore_policy, restore_target
from imagesearch_conformance.runner.aggregate import aggregate
from imagesearch_conformance.runner.confirmation import ConfirmingJudge
from imagesearch_conformance.runner.deviations import DeviationEvidence
from imagesearch_conformance.runner.generated_summary import summarize_generated
from imagesearch_conformance.runner.internal_errors import is_internal_error
from imagesearch_conformance.runner.plan import find_deselected_requirements, has_match
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verification.case_list import restore_options, unselected_cases
from imagesearch_conformance.verification.deviations import restore_deviations, start_date
from imagesearch_conformance.verification.rejudge import RunLimits, rejudge
from imagesearch_conformance.verification.report_entries import ReportEntries, ReportEntry


@frozen
class RecomputedRun:
    """The run judged again.

    `cases` and `generated` are in the order of the report: a result, a description of a faulty entry, or
    None if the entry is incomplete. Without a result for each of them there are no requirements and no
    verdict.
    """

    cases: tuple[CaseResult | str | None, ...]
    generated: tuple[CaseResult | str | None, ...]
    requirements: tuple[RequirementResult, ...] = ()
    run_judgements: Mapping[str, Judgement] = field(factory=dict)
    verdict: Verdict | None = None
    deviations: tuple[DeviationResult, ...] = ()


def recompute(contract: Contract, report: dict[str, Any], entries: ReportEntries) -> RecomputedRun:
    """Judge everything that a report stores again."""
    return _RunRecomputation(contract, report, entries).recompute_run()


@define
class _RunRecomputation:
    contract: Contract
    report: dict[str, Any]
    entries: ReportEntries
    policy: Policy = field(init=False)
    target: Target = field(init=False)
    deselected_requirements: frozenset[str] = field(init=False)
    limits: RunLimits = field(init=False)

    def __attrs_post_init__(self) -> None:
        suite, target = self.report["suite"], self.report["target"]
        self.policy, self.target = restore_policy(self.report), restore_target(target, target["endpoint"])
        self.limits = RunLimits(suite.get("budget"), self.report["stopReason"])
        self.deselected_requirements = find_deselected_requirements(
            self.contract, Options(deselect=suite.get("deselect", ()))
        )

    def recompute_run(self) -> RecomputedRun:
        judge_exchanges = partial(judge, find_defects=self.entries.signature_defects())
        confirming_judge = ConfirmingJudge(
            self.contract, self.target, self.policy, self.deselected_requirements, judge_exchanges
        )
        cases = [
            None if entry.case.examples is not None else self._rejudge_entry(confirming_judge, entry)
            for entry in self.entries.cases
        ]
        results_by_id = {entry.case.id: result for entry, result in zip(self.entries.cases, cases, strict=True)}
        generated = tuple(
            results_by_id[example.case_id]
            if example.entry is None
            else self._rejudge_entry(confirming_judge, example.entry)
            for example in self.entries.generated
        )
        generated_results = tuple(result for result in generated if isinstance(result, CaseResult))
        if len(generated_results) < len(generated):
            return RecomputedRun(tuple(cases), generated)
        self._summarize_generated(cases, generated_results)
        results = tuple(result for result in cases if isinstance(result, CaseResult))
        if len(results) < len(cases):
            return RecomputedRun(tuple(cases), generated)
        return self._aggregate_run(results, generated_results)

    def _rejudge_entry(self, confirming_judge: ConfirmingJudge, entry: ReportEntry) -> CaseResult | str | None:
        if not all(stored.is_complete for stored in entry.stored_exchanges):
            return None
        return rejudge(confirming_judge, entry, self.limits)

    def _summarize_generated(self, cases: list[CaseResult | str | None], generated: tuple[CaseResult, ...]) -> None:
        """Fill in the cases that summarize generated requests, one source after the other."""
        reported_ids = {example.case_id for example in self.entries.generated if example.entry is None}
        violated = _violated_requirements(
            result
            for result in cases
            if isinstance(result, CaseResult) and result.case.burst_size is None and result.case.id not in reported_ids
        )
        for index, entry in enumerate(self.entries.cases):
            if entry.case.examples is None:
                continue
            source = entry.case.requirements[0]
            pairs = zip(self.entries.generated, generated, strict=True)
            own = [(example, result) for example, result in pairs if example.source == source]
            violated |= _violated_requirements(result for example, result in own if example.entry is None)
            # A request that one source generates twice is sent once.
            results = list({result.case.id: result for _, result in own}.values())
            cases[index] = summarize_generated(
                entry.case, source, results, violated, _search_stop_reason(entry, self.limits)
            )

    def _aggregate_run(self, cases: tuple[CaseResult, ...], generated: tuple[CaseResult, ...]) -> RecomputedRun:
        run_judgements = judge_run(
            self.contract,
            self.target,
            [
                *((result.case, result.exchanges) for result in (*cases, *generated)),
                *((case, (stored.exchange,)) for case, stored in self.entries.rate_limited_exchanges),
            ],
        )
        evidence = self._deviation_evidence(cases, generated, run_judgements)
        deviations = restore_deviations(self.report, self.contract)
        run = aggregate(self.contract, self.policy, evidence, deviations, self._unselected_requirements())
        return RecomputedRun(cases, generated, run.requirements, run.run_judgements, run.verdict, run.deviations)

    def _deviation_evidence(
        self, cases: tuple[CaseResult, ...], generated: tuple[CaseResult, ...], run_judgements: Mapping[str, Judgement]
    ) -> DeviationEvidence:
        return DeviationEvidence(
            restore_options(self.report),
            start_date(self.report),
            unselected_cases(self.report, self.contract) if reported_deviations(self.report) else (),
            self.deselected_requirements,
            cases,
            generated,
            run_judgements,
            self.report["stopReason"],
        )

    def _unselected_requirements(self) -> frozenset[str]:
        """Return the requirements whose cases were not selected, as far as the selection can explain that."""
        suite = self.report["suite"]
        select, deselect = suite.get("select", []), suite.get("deselect", [])
        reported = {
            requirement["id"]
            for requirement in self.report["requirements"]
            if requirement["reason"] == NOT_SELECTED_REASON
        }
        possible = {
            requirement_id
            for requirement_id in reported
            if deselect or (select and not has_match([requirement_id], select))
        }
        return self.deselected_requirements | possible


def _violated_requirements(results: Iterable[CaseResult]) -> frozenset[str]:
    return frozenset(finding.requirement for result in results for finding in result.judgement.findings)


def _search_stop_reason(entry: ReportEntry, limits: RunLimits) -> str | None:
    """Return the reason why the search for failures ended early, which only a report knows."""
    was_skipped = entry.data["outcome"] == Outcome.SKIPPED and limits.can_skip_cases
    had_internal_error = entry.data["outcome"] == Outcome.ERRORED and is_internal_error(entry.reason or "")
    return entry.reason if was_skipped or had_internal_error else None
