"""The report as one self-contained HTML page to read, print, archive and link to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.failure_details import FailedRequirement, FailureDetails
from imagesearch_conformance.reports.index import is_failing, reported_deviations
from imagesearch_conformance.reports.jinja_templates import render_html_page
from imagesearch_conformance.reports.text import outcome_counts_text, state_label, verdict_text

#: Labels of outcomes, most important first.
OUTCOME_LABELS: Mapping[str, str] = {
    "failed": "failed",
    "errored": "errored",
    "warned": "warned",
    "skipped": "skipped",
    "notApplicable": "not applicable",
    "passed": "passed",
}

#: A symbol for each outcome, for readers who cannot tell the colours apart.
OUTCOME_SYMBOLS: Mapping[str, str] = {
    "failed": "\u00d7",
    "errored": "?",
    "warned": "!",
    "skipped": "\u2013",
    "notApplicable": "\u2013",
    "passed": "\u2713",
}

LEVELS = ("must", "should", "may")


@frozen
class RequirementGroup:
    """The requirements of one area and level, most important outcome first."""

    level: str
    requirements: tuple[dict[str, Any], ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of requirements by outcome, without zeros."""
        return count_outcomes(self.requirements)


@frozen
class RequirementArea:
    """One area of the register."""

    name: str
    requirements: tuple[dict[str, Any], ...]

    @property
    def groups(self) -> tuple[RequirementGroup, ...]:
        """The requirements by level, without empty levels."""
        by_level = (
            (level, tuple(requirement for requirement in self.requirements if requirement["level"] == level))
            for level in LEVELS
        )
        return tuple(RequirementGroup(level, requirements) for level, requirements in by_level if requirements)

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of requirements by outcome, without zeros."""
        return count_outcomes(self.requirements)


def requirement_areas(report: dict[str, Any]) -> tuple[RequirementArea, ...]:
    """Return the areas in the order of the register."""
    by_area: dict[str, list[dict[str, Any]]] = {}
    for requirement in report["requirements"]:
        by_area.setdefault(requirement["area"], []).append(requirement)
    return tuple(
        RequirementArea(name, tuple(sorted(requirements, key=_sort_key))) for name, requirements in by_area.items()
    )


def count_outcomes(requirements: Sequence[dict[str, Any]]) -> Mapping[str, int]:
    """Return the number of requirements by outcome, most important outcome first, without zeros."""
    counts = dict.fromkeys(OUTCOME_LABELS, 0)
    for requirement in requirements:
        counts[requirement["outcome"]] += 1
    return {outcome: count for outcome, count in counts.items() if count}


def _sort_key(requirement: dict[str, Any]) -> tuple[int, int]:
    return list(OUTCOME_LABELS).index(requirement["outcome"]), LEVELS.index(requirement["level"])


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
