"""Judging a whole run again: every case, then the whole run, then requirements and verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import cycle
from typing import Any
from urllib.parse import parse_qsl

from attrs import define, evolve, field, frozen

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.whole_run import judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.finding import Judgement, Outcome, Verdict
from imagesearch_conformance.model.requirement import DeviationResult
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.outcomes import (
    NOT_SELECTED_REASON,
    CaseResult,
    Policy,
    RequirementResult,
)
from imagesearch_conformance.reports.index import reported_deviations
from imagesearch_conformance.reports.load import restore_policy, restore_target
from imagesearch_conformance.reports.serialization import deserialize_survey
from imagesearch_conformance.runner.aggregate import RunEvidence, aggregate
from imagesearch_conformance.runner.confirmation import ConfirmingJudge, is_internal_error
from imagesearch_conformance.runner.dispatcher import BudgetExhausted
from imagesearch_conformance.runner.generated_summary import summarize_generated
from imagesearch_conformance.runner.plan import find_deselected_requirements, has_match, is_selected
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.signing.encoding import encode_form
from imagesearch_conformance.verification.report_entries import (
    ReportEntries,
    ReportEntry,
    restore_deviations,
    start_date,
)

#: Replaces the keys, which a report does not contain: some cases exist only for a target with keys.
_DUMMY_CREDENTIALS = Credentials("", "")


def unselected_cases(report: dict[str, Any], contract: Contract) -> tuple[Case, ...]:
    """Return the cases that were not selected; raises InvalidInput for an invalid survey."""
    cases = () if report.get("survey") is None else rebuild_cases(report, contract)
    options = restore_options(report)
    return () if isinstance(cases, str) else tuple(case for case in cases if not is_selected(contract, case, options))


def restore_options(report: dict[str, Any]) -> Options:
    """Return the selection of the run of a report."""
    suite = report["suite"]
    return Options(select=suite.get("select", ()), deselect=suite.get("deselect", ()))


def rebuild_cases(report: dict[str, Any], contract: Contract) -> tuple[Case, ...] | str:
    """Return the cases that the suite builds from the stored survey, or a description of a faulty survey."""
    survey, suite = deserialize_survey(report["survey"], "survey"), report["suite"]
    try:
        return build_cases(
            contract, _target_with_credentials(report["target"]), survey, suite["seed"], suite.get("examples", 0)
        )
    except Exception as problem:  # noqa: BLE001 a manipulated survey may cause any exception
        return f"one from which no cases can be built ({type(problem).__name__})"


def _target_with_credentials(data: dict[str, Any]) -> Target:
    is_signed = SignatureScheme(data["signature"]) is not SignatureScheme.NONE
    target = restore_target(data, data["endpoint"], _DUMMY_CREDENTIALS if is_signed else None)
    return evolve(target, unauthorized_credentials=_DUMMY_CREDENTIALS if data.get("unauthorized") else None)


@frozen
class RunLimits:
    """Limits that may have kept a run from sending requests: a budget, or an early end."""

    budget: int | None
    stop_reason: str | None

    @property
    def can_skip_cases(self) -> bool:
        return self.budget is not None or self.stop_reason is not None


def rejudge(confirming_judge: ConfirmingJudge, entry: ReportEntry, limits: RunLimits) -> CaseResult | str:
    """Return the result of a case, or a description of its faulty exchanges."""
    if not entry.exchanges:
        return _result_without_exchanges(entry, limits)
    attempts = _split_attempts(entry)
    if isinstance(attempts, str):
        return attempts
    first, *others = attempts
    remaining = _RemainingAttempts(others, entry.reason)
    result = confirming_judge.judge_case(entry.case, first, remaining.next_attempt)
    if remaining.is_exhausted and entry.reason is None and limits.budget is None:
        return "unexpected responses without a second attempt"
    return result


def _result_without_exchanges(entry: ReportEntry, limits: RunLimits) -> CaseResult:
    """Return the result that a case without exchanges can have; only the report knows the reason."""
    case, outcome = entry.case, Outcome(entry.data["outcome"])
    expected = Outcome.NOT_APPLICABLE if case.not_applicable_reason else Outcome.ERRORED
    if outcome is Outcome.SKIPPED and limits.can_skip_cases:
        expected = outcome
    reason = entry.reason if entry.reason not in {None, NOT_SELECTED_REASON} else "no exchange"
    return CaseResult(case, expected, reason=reason)


@define
class _RemainingAttempts:
    """The attempts of a case not judged yet; `is_exhausted` once more were requested than there are."""

    attempts: list[tuple[Exchange, ...]]
    reason: str | None
    is_exhausted: bool = field(default=False, init=False)

    def next_attempt(self) -> tuple[Exchange, ...]:
        """Return the next attempt, or raise what prevented it in the run: only a lost response has a reason."""
        if self.attempts:
            return self.attempts.pop(0)
        self.is_exhausted = True
        if self.reason is None:
            raise BudgetExhausted(None)
        raise Unreachable(self.reason)


def _split_attempts(entry: ReportEntry) -> list[tuple[Exchange, ...]] | str:
    """Return the exchanges of each attempt, or the reason why they do not belong to the case."""
    case, exchanges, attempt_count = entry.case, entry.exchanges, int(entry.data["attempts"])
    if case.burst_size is not None:
        has_valid_count = attempt_count == 1 and len(exchanges) <= case.burst_size and len(case.probes) == 1
    else:
        has_valid_count = len(exchanges) == attempt_count * len(case.probes)
    if not has_valid_count:
        return f"{len(exchanges)} exchanges, which are not {attempt_count} attempts of the case"
    for index, (probe, exchange) in enumerate(zip(cycle(case.probes), exchanges, strict=False)):
        if not _is_probe_request(exchange.request, probe):
            return f"another request in exchange {index}"
    size = len(exchanges) // attempt_count
    return [exchanges[start : start + size] for start in range(0, len(exchanges), size)]


def _is_probe_request(request: WireRequest, probe: Probe) -> bool:
    """Return True if the request contains the parameters of the probe; it may add those of its signature."""
    actual = Counter(_parse_pairs(request.query)) + Counter(_parse_pairs(request.body.decode("utf-8")))
    expected = Counter(_parse_pairs(encode_form(probe.request.parameters)))
    return request.method == probe.request.method and expected <= actual


def _parse_pairs(text: str) -> Sequence[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")


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
        evidence = RunEvidence(
            options=restore_options(self.report),
            day=start_date(self.report),
            results=cases,
            run_judgements=run_judgements,
            deselected_requirements=self.deselected_requirements,
            stop_reason=self.report["stopReason"],
            unselected=unselected_cases(self.report, self.contract) if reported_deviations(self.report) else (),
            generated_results=generated,
        )
        deviations = restore_deviations(self.report, self.contract)
        run = aggregate(self.contract, self.policy, evidence, deviations, self._unselected_requirements())
        return RecomputedRun(cases, generated, run.requirements, run.run_judgements, run.verdict, run.deviations)

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
