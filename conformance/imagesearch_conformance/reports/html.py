"""The report as one page that needs nothing besides itself: to be read, printed, archived and linked into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.deviations import is_failing, reported_deviations, state_label
from imagesearch_conformance.reports.failure_details import FailedRequirement, FailureDetails
from imagesearch_conformance.reports.jinja_templates import render_html_page
from imagesearch_conformance.reports.requirement_grid import (
    LEVELS,
    OUTCOME_LABELS,
    OUTCOME_SYMBOLS,
    count_outcomes,
    requirement_areas,
)
from imagesearch_conformance.reports.text import outcome_counts_text, verdict_text

#: What came of a requirement of which something was found.
_FAILURE_OUTCOMES = frozenset({"failed", "warned"})

#: What came of a requirement or case that nothing was said about.
_NOT_JUDGED_OUTCOMES = ("errored", "skipped", "notApplicable")

#: The most names that are listed for one reason.
_MAX_NAMES = 400


@frozen
class NotJudgedGroup:
    """Requirements or cases of which nothing can be told, for one reason."""

    outcome: str
    reason: str
    names: tuple[str, ...]
    omitted_count: int


def render_html(report: dict[str, Any]) -> str:
    """The page of a report."""
    gallery = FailureDetails(report)
    subject = gallery.subject
    violations = {
        one["id"]: gallery.failed_requirement(one)
        for one in report["requirements"]
        if one["outcome"] in _FAILURE_OUTCOMES
    }
    failed = [one for one in report["requirements"] if one["outcome"] == "failed"]
    return render_html_page(
        "report.html.j2",
        report=report,
        subject=subject,
        verdict=verdict_text(report),
        sentence=outcome_counts_text(report),
        areas=requirement_areas(report),
        counts=count_outcomes(report["requirements"]),
        failed=failed,
        opened=frozenset(one["id"] for one in failed[:1]),
        violations=violations,
        readings=_interpretations_by_requirement(report, violations),
        overdue=sum(map(is_failing, reported_deviations(report))),
        deviations=[(one, state_label(one), is_failing(one)) for one in reported_deviations(report)],
        untold=_not_judged_count(report["requirements"]),
        untested=tuple(_group_not_judged(report["requirements"])),
        unjudged=tuple(one for one in _group_not_judged(report["cases"]) if one.outcome != "notApplicable"),
        claims=tuple(_claim_texts(report["target"]["capabilities"])),
        chosen=tuple(_selection_texts(report["suite"])),
        outcomes=OUTCOME_LABELS,
        signs=OUTCOME_SYMBOLS,
        levels=LEVELS,
    )


def _claim_texts(capabilities: dict[str, Any]) -> Iterator[str]:
    """What the target claims, in words."""
    if capabilities.get("authentication"):
        yield "authentication"
    if rate := capabilities.get("throttlingQps"):
        yield f"refuses more than {rate:g} requests a second"
    if capabilities.get("faultHeader"):
        yield "answers with the error that a header names"
    if capabilities.get("approximate"):
        yield "an approximate engine"


def _selection_texts(suite: dict[str, Any]) -> Iterator[str]:
    """What made the run smaller than it could be."""
    for name, said in (("select", "selected"), ("deselect", "left out")):
        if suite.get(name):
            yield f"{said} {', '.join(suite[name])}"
    if suite.get("budget") is not None:
        yield f"at most {suite['budget']} requests"


def _not_judged_count(requirements: list[dict[str, Any]]) -> str:
    count = sum(one["outcome"] in _NOT_JUDGED_OUTCOMES for one in requirements)
    return str(count or "none")


def _group_not_judged(results: list[dict[str, Any]]) -> Iterator[NotJudgedGroup]:
    """Reasons with what they are given for, those that weigh most first."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in results:
        if one["outcome"] in _NOT_JUDGED_OUTCOMES:
            found.setdefault((one["outcome"], one["reason"] or ""), []).append(one["id"])
    order = sorted(found.items(), key=lambda entry: (_NOT_JUDGED_OUTCOMES.index(entry[0][0]), -len(entry[1])))
    for (outcome, reason), names in order:
        yield NotJudgedGroup(outcome, reason, tuple(names[:_MAX_NAMES]), len(names[_MAX_NAMES:]))


def _interpretations_by_requirement(
    report: dict[str, Any], failed_requirements: Mapping[str, FailedRequirement]
) -> Mapping[str, Mapping[str, Any]]:
    """For each requirement the recorded reading of the page that decided, where there is one."""
    known = {one["id"]: one for one in report.get("interpretations", [])}
    found = {one["id"]: known.get(_interpretation_id(one, failed_requirements)) for one in report["requirements"]}
    return {name: reading for name, reading in found.items() if reading is not None}


def _interpretation_id(requirement: dict[str, Any], failed_requirements: Mapping[str, FailedRequirement]) -> str:
    """The reading of a requirement, or else the one that most of its failing cases follow."""
    own: str = requirement.get("interpretation") or ""
    if own or requirement["id"] not in failed_requirements:
        return own
    followed = Counter(
        example.case.get("definition", {}).get("interpretation")
        for example in failed_requirements[requirement["id"]].failing_cases
    )
    return next((name for name, _ in followed.most_common(1) if name), "")
