"""The whole run judged again: every case, then what only a whole run shows, then requirements and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from attrs import define, field, frozen

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.whole_run import judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.finding import Judgement, Outcome, Verdict
from imagesearch_conformance.model.requirement import DeviationResult
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import (
    NOT_SELECTED_REASON,
    CaseResult,
    Policy,
    RequirementResult,
)
from imagesearch_conformance.reports.deviations import reported_deviations
from imagesearch_conformance.reports.restore import restore_policy, restore_target
from imagesearch_conformance.runner.aggregate import RunEvidence, aggregate
from imagesearch_conformance.runner.confirmation import ConfirmingJudge, is_internal_error
from imagesearch_conformance.runner.generated_summary import summarize_generated
from imagesearch_conformance.runner.plan import find_deselected_requirements, has_match
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verification.case_list import restore_options, unselected_cases
from imagesearch_conformance.verification.deviations import restore_deviations, start_date
from imagesearch_conformance.verification.rejudge import RunLimits, rejudge
from imagesearch_conformance.verification.report_entries import ReportEntries, ReportEntry


@frozen
class RecomputedRun:
    """What came out anew: of each case and generated request in the order of the report, or what is wrong with it.

    Where any of them could not be judged again there is neither a result of requirements nor a verdict.
    """

    cases: tuple[CaseResult | str | None, ...]
    generated: tuple[CaseResult | str | None, ...]
    requirements: tuple[RequirementResult, ...] = ()
    run_judgements: Mapping[str, Judgement] = field(factory=dict)
    verdict: Verdict | None = None
    deviations: tuple[DeviationResult, ...] = ()


def recompute(contract: Contract, report: dict[str, Any], entries: ReportEntries) -> RecomputedRun:
    """Judges everything again that a report stores."""
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
        self.limits = RunLimits(suite.get("budget"), self.report["trouble"])
        self.deselected_requirements = find_deselected_requirements(
            self.contract, Options(deselect=suite.get("deselect", ()))
        )

    def recompute_run(self) -> RecomputedRun:
        """The results of everything."""
        seen = partial(judge, find_defects=self.entries.signature_defects())
        rounds = ConfirmingJudge(self.contract, self.target, self.policy, self.deselected_requirements, seen)
        cases = [
            None if one.case.examples is not None else self._rejudge_entry(rounds, one) for one in self.entries.cases
        ]
        named = {one.case.id: made for one, made in zip(self.entries.cases, cases, strict=True)}
        generated = tuple(
            named[one.case_id] if one.entry is None else self._rejudge_entry(rounds, one.entry)
            for one in self.entries.generated
        )
        if any(isinstance(one, str) or one is None for one in generated):
            return RecomputedRun(tuple(cases), generated)
        told = [one for one in generated if isinstance(one, CaseResult)]
        self._summarize_generated(cases, told)
        results = tuple(one for one in cases if isinstance(one, CaseResult))
        if len(results) < len(cases):
            return RecomputedRun(tuple(cases), generated)
        return self._aggregate_run(results, tuple(told))

    def _rejudge_entry(self, confirming_judge: ConfirmingJudge, entry: ReportEntry) -> CaseResult | str | None:
        if not all(one.is_complete for one in entry.stored_exchanges):
            return None
        return rejudge(confirming_judge, entry, self.limits)

    def _summarize_generated(self, cases: list[CaseResult | str | None], generated: list[CaseResult]) -> None:
        """Fills in the cases that stand for generated requests, one source after the other."""
        reported = {one.case_id for one in self.entries.generated if one.entry is None}
        told = _violated_requirements(
            one
            for one in cases
            if isinstance(one, CaseResult) and one.case.burst_size is None and one.case.id not in reported
        )
        for index, entry in enumerate(self.entries.cases):
            if entry.case.examples is None:
                continue
            source = entry.case.requirements[0]
            pairs = zip(self.entries.generated, generated, strict=True)
            own = [(one, result) for one, result in pairs if one.source == source]
            told |= _violated_requirements(result for one, result in own if one.entry is None)
            # The same request may come up twice in one source and is sent once.
            results = list({result.case.id: result for _, result in own}.values())
            cases[index] = summarize_generated(
                entry.case, source, results, told, _search_stop_reason(entry, self.limits)
            )

    def _aggregate_run(self, cases: tuple[CaseResult, ...], generated: tuple[CaseResult, ...]) -> RecomputedRun:
        judged = judge_run(
            self.contract,
            self.target,
            [
                *((one.case, one.exchanges) for one in (*cases, *generated)),
                *((case, (one.exchange,)) for case, one in self.entries.rate_limited_exchanges),
            ],
        )
        evidence = RunEvidence(
            options=restore_options(self.report),
            day=start_date(self.report),
            results=cases,
            run_judgements=judged,
            deselected_requirements=self.deselected_requirements,
            stop_reason=self.report["trouble"],
            unselected=unselected_cases(self.report, self.contract) if reported_deviations(self.report) else (),
            generated_results=generated,
        )
        deviations = restore_deviations(self.report, self.contract)
        found = aggregate(self.contract, self.policy, evidence, deviations, self._unselected_requirements())
        return RecomputedRun(
            cases, generated, found.requirements, found.run_judgements, found.verdict, found.deviations
        )

    def _unselected_requirements(self) -> frozenset[str]:
        """The requirements whose cases were not selected, as far as the selection may have done that."""
        suite = self.report["suite"]
        select, deselect = suite.get("select", []), suite.get("deselect", [])
        said = {one["id"] for one in self.report["requirements"] if one["reason"] == NOT_SELECTED_REASON}
        possible = {one for one in said if deselect or (select and not has_match([one], select))}
        return self.deselected_requirements | possible


def _violated_requirements(results: Iterator[CaseResult]) -> frozenset[str]:
    return frozenset(one.requirement for result in results for one in result.judgement.findings)


def _search_stop_reason(entry: ReportEntry, limits: RunLimits) -> str | None:
    """Why the search for failures ended early: only a report can say."""
    skipped = entry.data["outcome"] == Outcome.SKIPPED and limits.can_skip_cases
    ours = entry.data["outcome"] == Outcome.ERRORED and is_internal_error(entry.reason or "")
    return entry.reason if skipped or ours else None
