"""Comparison of a report with the run that was judged again.

Messages and reasons are not compared: they may quote a response, and secrets were redacted in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON, CaseResult, RequirementResult, count_outcomes
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.reports.document import serialize_requirement
from imagesearch_conformance.verification.deviations import check_timestamps, compare_deviations
from imagesearch_conformance.verification.difference import Difference, Unverifiable, VerificationFindings
from imagesearch_conformance.verification.recompute import RecomputedRun
from imagesearch_conformance.verification.report_entries import ReportEntries, ReportEntry

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
