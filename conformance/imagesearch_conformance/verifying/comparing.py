"""What a report says, beside what came out anew.

Sentences are left out: they may repeat what a reply said, and of that secrets were taken out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.reports.document import requirement_document
from imagesearch_conformance.verdicts import NOT_SELECTED, CaseResult, RequirementResult, counts
from imagesearch_conformance.verifying.departures import of_departures, of_time
from imagesearch_conformance.verifying.difference import Difference, Findings, Untold
from imagesearch_conformance.verifying.entries import Entries, Entry
from imagesearch_conformance.verifying.recomputing import Recomputed

#: Requirement, level, grade, place and exchange of a finding.
_Told = tuple[str, str, Any, str, Any]

#: Stands for what a report says that its exchanges are, where they are not that.
_EXCHANGES = "exchanges of this case"


def compared(document: dict[str, Any], contract: Contract, entries: Entries, made: Recomputed) -> Findings:
    """Where a report differs from what its evidence says, and what of that cannot be told."""
    found = Findings(tuple(_changed(entries)))
    for entry, result in zip(entries.cases, made.cases, strict=True):
        found += _of_case(f"case {entry.case.id}", entry, result)
    for one, result in zip(entries.generated, made.generated, strict=True):
        if one.entry is not None:
            found += _of_case(f"further, case {one.name}", one.entry, result)
    if made.verdict is None or found.untold:
        # What rests on a case that nobody can tell cannot be told either.
        return found
    whole, each = _of_run(document, made), _of_requirements(document["requirements"], contract, made)
    known = of_departures(document, made.deviations)
    moments = of_time(document, (one.exchange for _, one in entries.stored))
    return Findings(tuple(whole)) + found + Findings((*each, *known, *moments))


def _changed(entries: Entries) -> Iterator[Difference]:
    for place in entries.changed:
        yield Difference(EVIDENCE, place, "something else", "what the exchange says that it repeats")


def _of_case(where: str, entry: Entry, result: CaseResult | str | None) -> Findings:
    if isinstance(result, str):
        return Findings((Difference(EVIDENCE, where, result, _EXCHANGES),))
    if result is None and entry.case.examples is not None:
        return Findings()
    if result is None:
        return Findings(untold=(Untold(where, "a reply is longer than what is stored of one"),))
    found = tuple(_different(where, entry, result))
    if found and any(one.redacted for one in entry.stored):
        reason = f"it comes out differently, and secrets were taken out of its exchanges: {found[0]}"
        return Findings(untold=(Untold(where, reason),))
    return Findings(found)


def _different(where: str, entry: Entry, result: CaseResult) -> Iterator[Difference]:
    written, case = entry.written, entry.case
    due: dict[str, Any] = {"outcome": result.outcome.value, "rounds": result.rounds}
    if "id" in written:
        due |= {
            "title": result.case.title,
            "requirements": list(case.requirements),
            "accepted": case.expectation.serializable() if entry.accepted is None else list(entry.accepted),
        }
        yield from _findings(where, written["findings"], result.judgement.findings)
    for name, value in due.items():
        if written.get(name) != value:
            yield Difference(EVIDENCE, f"{where}: {name}", written.get(name), value)
    if len(written["exchanges"]) != len(result.exchanges):
        yield Difference(EVIDENCE, f"{where}: exchanges", len(written["exchanges"]), len(result.exchanges))


def _findings(where: str, written: Iterable[Mapping[str, Any]], made: Iterable[Finding]) -> Iterator[Difference]:
    """Findings that stand on one side only."""
    said: Counter[_Told] = Counter(
        (one["requirement"], one["level"], one.get("grade"), one["where"], one.get("exchange")) for one in written
    )
    due: Counter[_Told] = Counter(
        (one.requirement, one.level.value, one.grade.value, one.where, one.exchange) for one in made
    )
    for one in said - due:
        yield Difference(EVIDENCE, f"{where}: finding {_named(one)}", "that it was found", "that it was not")
    for one in due - said:
        yield Difference(EVIDENCE, f"{where}: finding {_named(one)}", "nothing of it", "that it was found")


def _named(finding: _Told) -> str:
    requirement, level, grade, where, exchange = finding
    return f"{requirement} ({level}, {grade}) at {where!r} of exchange {exchange}"


def _of_run(document: dict[str, Any], made: Recomputed) -> Iterator[Difference]:
    results = [one for one in made.cases if isinstance(one, CaseResult)]
    whole = {
        "verdict": made.verdict and made.verdict.value,
        "complete": document["trouble"] is None,
        "counts": {outcome.value: count for outcome, count in counts(results).items()},
    }
    for name, due in whole.items():
        if document[name] != due:
            yield Difference(EVIDENCE, name, document[name], due)


def _of_requirements(written: Sequence[dict[str, Any]], contract: Contract, made: Recomputed) -> Iterator[Difference]:
    due = {one.requirement.id: one for one in made.requirements}
    if [one["id"] for one in written] != list(contract.requirements):
        yield Difference(EVIDENCE, "requirements", "others", "those of the contract, in their order")
    known = [(one, due[one["id"]]) for one in written if one["id"] in due]
    for one, result in known:
        yield from _of_requirement(one, result, made)
    if others := [one["id"] for one, result in known if one["cases"] != list(result.cases)]:
        right = "those that exercised them"
        yield Difference(EVIDENCE, f"requirements, the cases of {', '.join(others)}", "others", right)


def _of_requirement(written: dict[str, Any], result: RequirementResult, made: Recomputed) -> Iterator[Difference]:
    where = f"requirement {written['id']}"
    due = {**requirement_document(result.requirement), "outcome": result.outcome.value}
    for name, value in due.items():
        if written.get(name) != value:
            yield Difference(EVIDENCE, f"{where}: {name}", written.get(name), value)
    if (written["reason"] == NOT_SELECTED) is not (result.reason == NOT_SELECTED):
        yield Difference(EVIDENCE, f"{where}: reason", written["reason"], result.reason)
    judgement = made.run_judgements.get(result.requirement.id)
    yield from _findings(where, written.get("findings", ()), judgement.findings if judgement else ())
