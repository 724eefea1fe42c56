"""Failures of a report by requirement: the most severe finding and every case that has one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.text import most_severe


@frozen
class Failure:
    """A requirement that failed or warned, with its most severe finding.

    `case` is the case of that finding, or None if it is about the whole run;
    `case_ids` are all cases with a finding about the requirement.
    """

    requirement: dict[str, Any]
    finding: dict[str, Any]
    case: dict[str, Any] | None
    case_ids: tuple[str, ...]


def collect_failures(report: dict[str, Any]) -> tuple[Failure, ...]:
    """Return the failures in the order of the requirements, failed before warned."""
    findings: dict[str, list[tuple[dict[str, Any] | None, dict[str, Any]]]] = {}
    for case, finding in _findings_with_case(report):
        findings.setdefault(finding["requirement"], []).append((case, finding))
    return tuple(
        _build_failure(requirement, findings[requirement["id"]])
        for outcome in ("failed", "warned")
        for requirement in report["requirements"]
        if requirement["outcome"] == outcome and requirement["id"] in findings
    )


def _findings_with_case(report: dict[str, Any]) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any]]]:
    for requirement in report["requirements"]:
        yield from ((None, finding) for finding in requirement.get("findings", []))
    for case in report["cases"]:
        yield from ((case, finding) for finding in case["findings"])


def _build_failure(
    requirement: dict[str, Any], findings: list[tuple[dict[str, Any] | None, dict[str, Any]]]
) -> Failure:
    worst = most_severe([finding for _, finding in findings])
    worst_case = next(case for case, finding in findings if finding is worst)
    case_ids = dict.fromkeys(case["id"] for case, _ in findings if case is not None)
    return Failure(requirement, worst, worst_case, tuple(case_ids))
