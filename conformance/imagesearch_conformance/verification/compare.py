"""Comparison of a report with the run that was judged again, and of its cases with those that the suite builds.

Messages and reasons are not compared: they may quote a response, and secrets were redacted in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import DeviationResult
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON, CaseResult, RequirementResult, count_outcomes
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.document import serialize_requirement
from imagesearch_conformance.reports.index import reported_deviations
from imagesearch_conformance.runner.plan import is_selected
from imagesearch_conformance.verification.difference import Difference, Unverifiable, VerificationFindings
from imagesearch_conformance.verification.recompute import RecomputedRun, rebuild_cases, restore_options
from imagesearch_conformance.verification.report_entries import ReportEntries, ReportEntry, start_date

#: Requirement, level, grade, place and exchange of a finding.
_FindingKey = tuple[str, str, Any, str, Any]


def compare_report(
    report: dict[str, Any], contract: Contract, entries: ReportEntries, recomputed: RecomputedRun
) -> VerificationFindings:
    """Return the differences between a report and its evidence, and what cannot be judged again."""
    findings = VerificationFindings(tuple(_changed_copies(entries)))
    for entry, result in zip(entries.cases, recomputed.cases, strict=True):
        findings += _compare_case(f"case {entry.case.id}", entry, result)
    for example, result in zip(entries.generated, recomputed.generated, strict=True):
        if example.entry is not None:
            findings += _compare_case(f"unassignedExchanges, case {example.case_id}", example.entry, result)
    if recomputed.verdict is None or findings.unverifiable:
        # The requirements and the verdict depend on every case.
        return findings
    exchanges = (stored.exchange for _, stored in entries.stored_exchanges)
    return (
        VerificationFindings(tuple(_compare_run(report, recomputed)))
        + findings
        + VerificationFindings(
            (
                *_compare_requirements(report["requirements"], contract, recomputed),
                *compare_deviations(report, recomputed.deviations),
                *check_timestamps(report, exchanges),
            )
        )
    )


def _changed_copies(entries: ReportEntries) -> Iterator[Difference]:
    for place in entries.changed_copies:
        yield Difference(REPORT_FILE, place, "another exchange", "a copy of the exchange that it refers to")


def _compare_case(where: str, entry: ReportEntry, result: CaseResult | str | None) -> VerificationFindings:
    if isinstance(result, str):
        return VerificationFindings((Difference(REPORT_FILE, where, result, "exchanges of this case"),))
    if result is None and entry.case.examples is not None:
        return VerificationFindings()
    if result is None:
        return VerificationFindings(unverifiable=(Unverifiable(where, "a stored response is truncated"),))
    differences = tuple(_case_differences(where, entry, result))
    if differences and any(stored.is_redacted for stored in entry.stored_exchanges):
        reason = f"its exchanges are redacted, and judging them again gives another result: {differences[0]}"
        return VerificationFindings(unverifiable=(Unverifiable(where, reason),))
    return VerificationFindings(differences)


def _case_differences(where: str, entry: ReportEntry, result: CaseResult) -> Iterator[Difference]:
    reported, case = entry.data, entry.case
    expected: dict[str, Any] = {"outcome": result.outcome.value, "attempts": result.attempts}
    if "id" in reported:
        expected |= {
            "title": result.case.title,
            "requirements": list(case.requirements),
            "accepted": case.expectation.to_strings()
            if entry.accepted_outcomes is None
            else list(entry.accepted_outcomes),
        }
        yield from _compare_findings(where, reported["findings"], result.judgement.findings)
    yield from _compare_members(where, reported, expected)
    if len(reported["exchanges"]) != len(result.exchanges):
        yield Difference(
            REPORT_FILE, f"{where}: number of exchanges", len(reported["exchanges"]), len(result.exchanges)
        )


def _compare_members(where: str, reported: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[Difference]:
    for name, value in expected.items():
        if reported.get(name) != value:
            yield Difference(REPORT_FILE, f"{where}: {name}" if where else name, reported.get(name), value)


def _compare_findings(
    where: str, reported: Iterable[Mapping[str, Any]], recomputed: Iterable[Finding]
) -> Iterator[Difference]:
    """Yield the findings that only one side has."""
    reported_keys: Counter[_FindingKey] = Counter(
        (finding["requirement"], finding["level"], finding.get("grade"), finding["where"], finding.get("exchange"))
        for finding in reported
    )
    expected_keys: Counter[_FindingKey] = Counter(
        (finding.requirement, finding.level.value, finding.grade.value, finding.where, finding.exchange_index)
        for finding in recomputed
    )
    for key in reported_keys - expected_keys:
        yield Difference(REPORT_FILE, f"{where}: finding {_finding_label(key)}", "a finding", "none")
    for key in expected_keys - reported_keys:
        yield Difference(REPORT_FILE, f"{where}: finding {_finding_label(key)}", "none", "a finding")


def _finding_label(key: _FindingKey) -> str:
    requirement, level, grade, where, exchange = key
    return f"{requirement} ({level}, {grade}) at {where!r} of exchange {exchange}"


def _compare_run(report: dict[str, Any], recomputed: RecomputedRun) -> Iterator[Difference]:
    results = [result for result in recomputed.cases if isinstance(result, CaseResult)]
    expected = {
        "verdict": recomputed.verdict and recomputed.verdict.value,
        "complete": report["stopReason"] is None,
        "counts": {outcome.value: count for outcome, count in count_outcomes(results).items()},
    }
    yield from _compare_members("", report, expected)


def _compare_requirements(
    reported: Sequence[dict[str, Any]], contract: Contract, recomputed: RecomputedRun
) -> Iterator[Difference]:
    results = {result.requirement.id: result for result in recomputed.requirements}
    if [entry["id"] for entry in reported] != list(contract.requirements):
        yield Difference(REPORT_FILE, "requirements", "another list", "the requirements of the contract, in its order")
    pairs = [(entry, results[entry["id"]]) for entry in reported if entry["id"] in results]
    for entry, result in pairs:
        yield from _compare_requirement(entry, result, recomputed)
    if differing := [entry["id"] for entry, result in pairs if entry["cases"] != list(result.cases)]:
        where = f"requirements, cases of {', '.join(differing)}"
        yield Difference(REPORT_FILE, where, "other cases", "the cases that exercised them")


def _compare_requirement(
    reported: dict[str, Any], result: RequirementResult, recomputed: RecomputedRun
) -> Iterator[Difference]:
    where = f"requirement {reported['id']}"
    expected = {**serialize_requirement(result.requirement), "outcome": result.outcome.value}
    yield from _compare_members(where, reported, expected)
    if (reported["reason"] == NOT_SELECTED_REASON) is not (result.reason == NOT_SELECTED_REASON):
        yield Difference(REPORT_FILE, f"{where}: reason", reported["reason"], result.reason)
    judgement = recomputed.run_judgements.get(result.requirement.id)
    yield from _compare_findings(where, reported.get("findings", ()), judgement.findings if judgement else ())


#: One year in seconds, longer than any run.
_MAX_DURATION = 366 * 86_400


def check_timestamps(report: dict[str, Any], exchanges: Iterable[Exchange]) -> Iterator[Difference]:
    """Yield a difference if an exchange was not made during the run, whose day decides which deviations expired."""
    started = datetime.combine(start_date(report), time.min, UTC)
    seconds = min(report["durationSeconds"], _MAX_DURATION)
    ended = started + timedelta(days=1, seconds=seconds, hours=1)
    if not all(started <= exchange.sent_at <= ended for exchange in exchanges):
        yield Difference(REPORT_FILE, "startedAt", report["startedAt"], "the time of the exchanges")


def compare_deviations(report: dict[str, Any], recomputed: Iterable[DeviationResult]) -> Iterator[Difference]:
    """Yield the differences between reported and recomputed deviations."""
    states = {result.deviation.requirement: result.state.value for result in recomputed}
    reported = {deviation["requirement"]: deviation for deviation in reported_deviations(report)}
    for requirement_id, deviation in reported.items():
        expected = states.get(requirement_id, "no deviation, the contract does not have this requirement")
        if deviation["state"] != expected:
            yield Difference(REPORT_FILE, f"deviation {requirement_id}: state", deviation["state"], expected)
    for requirement in report["requirements"]:
        if requirement.get("deviation") != reported.get(requirement["id"]):
            where = f"requirement {requirement['id']}: deviation"
            yield Difference(REPORT_FILE, where, "another deviation", "the one in `deviations`")


def compare_case_list(report: dict[str, Any], contract: Contract, entries: ReportEntries) -> VerificationFindings:
    """Compare the list of cases with the one built for the target; raises InvalidInput for an invalid survey."""
    if report.get("survey") is None:
        reason = "the report does not store the survey, so a missing case cannot be noticed"
        unverifiable = (Unverifiable("cases", reason),) if entries.cases else ()
        return VerificationFindings(unverifiable=unverifiable)
    cases = rebuild_cases(report, contract)
    if isinstance(cases, str):
        return VerificationFindings((Difference(REPORT_FILE, "survey", cases, "the survey of the target"),))
    options = restore_options(report)
    expected = {case.id: case for case in cases if is_selected(contract, case, options)}
    return VerificationFindings(tuple(_case_list_differences(expected, entries)))


def _case_list_differences(expected: dict[str, Case], entries: ReportEntries) -> Iterator[Difference]:
    reported = {entry.case.id: entry.case for entry in entries.cases}
    generated = {example.case_id for example in entries.generated if example.entry is None}
    for case_id, case in expected.items():
        if case_id not in reported:
            yield Difference(REPORT_FILE, "cases", "none", f"an entry for {case_id}")
        elif not _is_same_case(reported[case_id], case):
            yield Difference(
                REPORT_FILE, f"case {case_id}: definition", "another definition", "the definition of the suite"
            )
    for case_id in reported:
        if case_id not in expected and case_id not in generated:
            yield Difference(REPORT_FILE, f"case {case_id}", "an entry", "no entry, the suite does not have this case")


def _is_same_case(reported: Case, expected: Case) -> bool:
    """Return True for equal cases; the title of a summary of generated requests contains their number."""
    return (evolve(reported, title=expected.title) if expected.examples is not None else reported) == expected
