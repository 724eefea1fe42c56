"""A report of a client, by itself: whether outcomes, counts and verdict follow from the findings in it.

What a client was given and what it made of that cannot be judged again yet, and that is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.requirement import Judged, Level, Requirement
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.reports.deviations import deviations_of, fails
from imagesearch_conformance.reports.recorded import policy_of
from imagesearch_conformance.verdicts import Policy, RequirementResult, of_finding, of_judgement, of_run, worst
from imagesearch_conformance.verifying.difference import Difference, Findings, Untold

_JUDGED = frozenset({Outcome.PASSED, Outcome.WARNED, Outcome.FAILED})

#: What a case without a judgement makes of every requirement that it is for.
_WITHOUT_JUDGEMENT = frozenset({Outcome.ERRORED, Outcome.SKIPPED})


def of_findings(document: dict[str, Any]) -> Findings:
    """Where a report of a client contradicts its own findings, and that nothing else of it can be told."""
    policy = policy_of(document)
    found = (*_of_cases(document, policy), *_of_requirements(document, policy), *_of_run(document, policy))
    reason = "what a client sent and handed back cannot be judged again yet; only what follows from that was checked"
    return Findings(found, (Untold("cases", reason),))


def _of_cases(document: dict[str, Any], policy: Policy) -> Iterator[Difference]:
    for case in document["cases"]:
        findings = [_finding(one) for one in case["findings"]]
        outcome, due = Outcome(case["outcome"]), of_judgement(Judgement(findings=tuple(findings)), policy)
        if outcome is not due and (findings or outcome in _JUDGED):
            yield Difference(EVIDENCE, f"case {case['id']}: outcome", outcome.value, due.value)


def _of_requirements(document: dict[str, Any], policy: Policy) -> Iterator[Difference]:
    cases = {one["id"]: one for one in document["cases"]}
    known = {one["id"] for one in document["requirements"]}
    concerned = _concerned(document["cases"])
    for name in sorted(set(concerned) - known):
        yield Difference(EVIDENCE, f"requirement {name}", "nothing", "what the cases that speak of it found")
    for one in document["requirements"]:
        where = f"requirement {one['id']}"
        listed = dict.fromkeys(one["cases"])
        if not set(concerned.get(one["id"], ())) <= set(listed) <= set(cases):
            yield Difference(EVIDENCE, f"{where}: cases", "others", "those that speak of it")
            continue
        possible = _possible(one, [cases[name] for name in listed], policy)
        if one["outcome"] not in possible:
            yield Difference(EVIDENCE, f"{where}: outcome", one["outcome"], " or ".join(possible))


def _concerned(cases: Iterable[dict[str, Any]]) -> Mapping[str, list[str]]:
    """The cases that were made for a requirement or departed from it."""
    found: dict[str, list[str]] = {}
    for case in cases:
        for name in {*case["requirements"], *(one["requirement"] for one in case["findings"])}:
            found.setdefault(name, []).append(case["id"])
    return found


def _possible(requirement: dict[str, Any], cases: list[dict[str, Any]], policy: Policy) -> list[str]:
    """What a requirement may have come to: which cases showed what it speaks of, without a finding, is not stored."""
    shares = [of_finding(_finding(one), policy) for one in requirement.get("findings", ())]
    for case in cases:
        own = [_finding(one) for one in case["findings"] if one["requirement"] == requirement["id"]]
        outcome = Outcome(case["outcome"])
        shares += [of_finding(one, policy) for one in own] or [outcome] * (outcome in _WITHOUT_JUDGEMENT)
    least = worst(shares)
    found = {least, worst([least, Outcome.PASSED])}
    if least is Outcome.NOT_APPLICABLE:
        found.add(Outcome.SKIPPED)  # it was not selected
    return sorted(one.value for one in found)


def _of_run(document: dict[str, Any], policy: Policy) -> Iterator[Difference]:
    counted = Counter(one["outcome"] for one in document["cases"])
    due = {outcome.value: counted[outcome.value] for outcome in Outcome}
    if document["counts"] != due:
        yield Difference(EVIDENCE, "counts", document["counts"], due)
    verdict = _verdict(document, policy)
    if document["verdict"] != verdict:
        yield Difference(EVIDENCE, "verdict", document["verdict"], verdict.value)


def _verdict(document: dict[str, Any], policy: Policy) -> Verdict:
    if not document["cases"]:
        return Verdict.INCONCLUSIVE
    if any(map(fails, deviations_of(document))):
        return Verdict.NONCONFORMANT
    return of_run(map(_result, document["requirements"]), policy, document["complete"])


def _result(written: dict[str, Any]) -> RequirementResult:
    said = {name: written[name] for name in ("id", "area", "statement", "source")}
    requirement = Requirement(**said, level=Level(written["level"]), judged=Judged.CASE)
    return RequirementResult(requirement, Outcome(written["outcome"]), reason=written["reason"])


def _finding(written: dict[str, Any]) -> Finding:
    grade = Grade(written.get("grade", Grade.DOCUMENTED))
    return Finding(written["requirement"], Level(written["level"]), written["message"], grade=grade)
