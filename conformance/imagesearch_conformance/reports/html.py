"""The report as one self-contained HTML page to read, print, archive and link to."""

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

_OUTCOMES_WITH_FINDINGS = frozenset({"failed", "warned"})

_NOT_JUDGED_OUTCOMES = ("errored", "skipped", "notApplicable")

#: Maximum number of ids that are listed for one reason.
_MAX_NAMES = 400


@frozen
class NotJudgedGroup:
    """Requirements or cases that were not judged, for one reason."""

    outcome: str
    reason: str
    ids: tuple[str, ...]
    omitted_count: int

    @property
    def count(self) -> int:
        return len(self.ids) + self.omitted_count


def render_html(report: dict[str, Any]) -> str:
    """Return the HTML text of a report."""
    details = FailureDetails(report)
    requirements, deviations = report["requirements"], reported_deviations(report)
    failure_details = {
        requirement["id"]: details.failed_requirement(requirement)
        for requirement in requirements
        if requirement["outcome"] in _OUTCOMES_WITH_FINDINGS
    }
    failed = [requirement for requirement in requirements if requirement["outcome"] == "failed"]
    cases_not_judged = _group_not_judged(report["cases"])
    return render_html_page(
        "report.html.j2",
        report=report,
        subject=details.subject,
        verdict=verdict_text(report),
        case_counts=outcome_counts_text(report),
        areas=requirement_areas(report),
        requirement_counts=count_outcomes(requirements),
        failed_requirements=failed,
        expanded_ids=frozenset(requirement["id"] for requirement in failed[:1]),
        failure_details=failure_details,
        interpretations=_interpretations_by_requirement(report, failure_details),
        failing_deviation_count=sum(map(is_failing, deviations)),
        deviations=[(deviation, state_label(deviation), is_failing(deviation)) for deviation in deviations],
        not_judged_count=sum(requirement["outcome"] in _NOT_JUDGED_OUTCOMES for requirement in requirements),
        requirements_not_judged=tuple(_group_not_judged(requirements)),
        cases_not_judged=tuple(group for group in cases_not_judged if group.outcome != "notApplicable"),
        capabilities=tuple(_capability_texts(report["target"]["capabilities"])),
        selection=tuple(_selection_texts(report["suite"])),
        outcome_labels=OUTCOME_LABELS,
        outcome_symbols=OUTCOME_SYMBOLS,
        levels=LEVELS,
    )


def _capability_texts(capabilities: dict[str, Any]) -> Iterator[str]:
    """Yield the capabilities that the target claims."""
    if capabilities.get("authentication"):
        yield "authentication"
    if rate := capabilities.get("throttlingQps"):
        yield f"rate limit of {rate:g} requests per second"
    if capabilities.get("faultHeader"):
        yield "errors on request by a header"
    if capabilities.get("approximate"):
        yield "approximate search"


def _selection_texts(suite: dict[str, Any]) -> Iterator[str]:
    """Yield the options that limited the run."""
    for name, label in (("select", "selected"), ("deselect", "deselected")):
        if suite.get(name):
            yield f"{label} {', '.join(suite[name])}"
    if suite.get("budget") is not None:
        yield f"at most {suite['budget']} requests"


def _group_not_judged(results: list[dict[str, Any]]) -> Iterator[NotJudgedGroup]:
    """Group requirements or cases by reason: errored first, large groups first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for result in results:
        if result["outcome"] in _NOT_JUDGED_OUTCOMES:
            groups.setdefault((result["outcome"], result["reason"] or ""), []).append(result["id"])
    ordered = sorted(groups.items(), key=lambda item: (_NOT_JUDGED_OUTCOMES.index(item[0][0]), -len(item[1])))
    for (outcome, reason), ids in ordered:
        yield NotJudgedGroup(outcome, reason, tuple(ids[:_MAX_NAMES]), len(ids[_MAX_NAMES:]))


def _interpretations_by_requirement(
    report: dict[str, Any], failed_requirements: Mapping[str, FailedRequirement]
) -> Mapping[str, Mapping[str, Any]]:
    """Return the interpretation of the documentation that decided each requirement, if there is one."""
    interpretations = {interpretation["id"]: interpretation for interpretation in report.get("interpretations", [])}
    return {
        requirement["id"]: interpretations[interpretation_id]
        for requirement in report["requirements"]
        if (interpretation_id := _interpretation_id(requirement, failed_requirements)) in interpretations
    }


def _interpretation_id(requirement: dict[str, Any], failed_requirements: Mapping[str, FailedRequirement]) -> str:
    """Return the requirement's own interpretation, or else the most frequent one of its failing cases."""
    own: str = requirement.get("interpretation") or ""
    if own or requirement["id"] not in failed_requirements:
        return own
    used = Counter(
        failing_case.case.get("definition", {}).get("interpretation")
        for failing_case in failed_requirements[requirement["id"]].failing_cases
    )
    return next((name for name, _ in used.most_common(1) if name), "")
