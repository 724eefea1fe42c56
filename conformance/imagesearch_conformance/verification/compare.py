"""What a report says, beside what came out anew.

Sentences are left out: they may repeat what a reply said, and of that secrets were taken out.
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

#: Stands for what a report says that its exchanges are, where they are not that.
_EXPECTED_EXCHANGES = "exchanges of this case"


def compare_report(
    report: dict[str, Any], contract: Contract, entries: ReportEntries, recomputed: RecomputedRun
) -> VerificationFindings:
    """Where a report differs from what its evidence says, and what of that cannot be told."""
    found = VerificationFindings(tuple(_changed_copies(entries)))
    for entry, result in zip(entries.cases, recomputed.cases, strict=True):
        found += _compare_case(f"case {entry.case.id}", entry, result)
    for one, result in zip(entries.generated, recomputed.generated, strict=True):
        if one.entry is not None:
            found += _compare_case(f"further, case {one.case_id}", one.entry, result)
    if recomputed.verdict is None or found.unverifiable:
        # What rests on a case that nobody can tell cannot be told either.
        return found
    whole, each = _compare_run(report, recomputed), _compare_requirements(report["requirements"], contract, recomputed)
    known = compare_deviations(report, recomputed.deviations)
    moments = check_timestamps(report, (one.exchange for _, one in entries.stored_exchanges))
    return VerificationFindings(tuple(whole)) + found + VerificationFindings((*each, *known, *moments))


def _changed_copies(entries: ReportEntries) -> Iterator[Difference]:
    for place in entries.changed_copies:
        yield Difference(REPORT_FILE, place, "something else", "what the exchange says that it repeats")


def _compare_case(where: str, entry: ReportEntry, result: CaseResult | str | None) -> VerificationFindings:
    if isinstance(result, str):
        return VerificationFindings((Difference(REPORT_FILE, where, result, _EXPECTED_EXCHANGES),))
    if result is None and entry.case.examples is not None:
        return VerificationFindings()
    if result is None:
        return VerificationFindings(unverifiable=(Unverifiable(where, "a reply is longer than what is stored of one"),))
    found = tuple(_case_differences(where, entry, result))
    if found and any(one.is_redacted for one in entry.stored_exchanges):
        reason = f"it comes out differently, and secrets were taken out of its exchanges: {found[0]}"
        return VerificationFindings(unverifiable=(Unverifiable(where, reason),))
    return VerificationFindings(found)


def _case_differences(where: str, entry: ReportEntry, result: CaseResult) -> Iterator[Difference]:
    written, case = entry.data, entry.case
    due: dict[str, Any] = {"outcome": result.outcome.value, "rounds": result.attempts}
    if "id" in written:
        due |= {
            "title": result.case.title,
            "requirements": list(case.requirements),
            "accepted": case.expectation.to_strings()
            if entry.accepted_outcomes is None
            else list(entry.accepted_outcomes),
        }
        yield from _compare_findings(where, written["findings"], result.judgement.findings)
    for name, value in due.items():
        if written.get(name) != value:
            yield Difference(REPORT_FILE, f"{where}: {name}", written.get(name), value)
    if len(written["exchanges"]) != len(result.exchanges):
        yield Difference(REPORT_FILE, f"{where}: exchanges", len(written["exchanges"]), len(result.exchanges))


def _compare_findings(
    where: str, reported: Iterable[Mapping[str, Any]], recomputed: Iterable[Finding]
) -> Iterator[Difference]:
    """Findings that stand on one side only."""
    said: Counter[_FindingKey] = Counter(
        (one["requirement"], one["level"], one.get("grade"), one["where"], one.get("exchange")) for one in reported
    )
    due: Counter[_FindingKey] = Counter(
        (one.requirement, one.level.value, one.grade.value, one.where, one.exchange_index) for one in recomputed
    )
    for one in said - due:
        yield Difference(REPORT_FILE, f"{where}: finding {_finding_label(one)}", "that it was found", "that it was not")
    for one in due - said:
        yield Difference(REPORT_FILE, f"{where}: finding {_finding_label(one)}", "nothing of it", "that it was found")


def _finding_label(key: _FindingKey) -> str:
    requirement, level, grade, where, exchange = key
    return f"{requirement} ({level}, {grade}) at {where!r} of exchange {exchange}"


def _compare_run(report: dict[str, Any], recomputed: RecomputedRun) -> Iterator[Difference]:
    results = [one for one in recomputed.cases if isinstance(one, CaseResult)]
    whole = {
        "verdict": recomputed.verdict and recomputed.verdict.value,
        "complete": report["trouble"] is None,
        "counts": {outcome.value: count for outcome, count in count_outcomes(results).items()},
    }
    for name, due in whole.items():
        if report[name] != due:
            yield Difference(REPORT_FILE, name, report[name], due)


def _compare_requirements(
    reported: Sequence[dict[str, Any]], contract: Contract, recomputed: RecomputedRun
) -> Iterator[Difference]:
    due = {one.requirement.id: one for one in recomputed.requirements}
    if [one["id"] for one in reported] != list(contract.requirements):
        yield Difference(REPORT_FILE, "requirements", "others", "those of the contract, in their order")
    known = [(one, due[one["id"]]) for one in reported if one["id"] in due]
    for one, result in known:
        yield from _compare_requirement(one, result, recomputed)
    if others := [one["id"] for one, result in known if one["cases"] != list(result.cases)]:
        right = "those that exercised them"
        yield Difference(REPORT_FILE, f"requirements, the cases of {', '.join(others)}", "others", right)


def _compare_requirement(
    reported: dict[str, Any], result: RequirementResult, recomputed: RecomputedRun
) -> Iterator[Difference]:
    where = f"requirement {reported['id']}"
    due = {**serialize_requirement(result.requirement), "outcome": result.outcome.value}
    for name, value in due.items():
        if reported.get(name) != value:
            yield Difference(REPORT_FILE, f"{where}: {name}", reported.get(name), value)
    if (reported["reason"] == NOT_SELECTED_REASON) is not (result.reason == NOT_SELECTED_REASON):
        yield Difference(REPORT_FILE, f"{where}: reason", reported["reason"], result.reason)
    judgement = recomputed.run_judgements.get(result.requirement.id)
    yield from _compare_findings(where, reported.get("findings", ()), judgement.findings if judgement else ())
