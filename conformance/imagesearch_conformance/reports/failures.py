"""What departs from the page, once per requirement: the gravest finding, and every case that has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.text import most_severe


@frozen
class Failure:
    """A requirement that failed or warned, with its gravest finding.

    `case` has that finding, or is None where it speaks of the whole run; `cases` are the ids of all
    that have one.
    """

    requirement: dict[str, Any]
    finding: dict[str, Any]
    case: dict[str, Any] | None
    case_ids: tuple[str, ...]


def collect_failures(report: dict[str, Any]) -> tuple[Failure, ...]:
    """All of a report, in the order of its requirements, those that fail first."""
    found: dict[str, list[tuple[dict[str, Any] | None, dict[str, Any]]]] = {}
    for case, finding in _findings_with_case(report):
        found.setdefault(finding["requirement"], []).append((case, finding))
    chosen = [one for outcome in ("failed", "warned") for one in report["requirements"] if one["outcome"] == outcome]
    return tuple(_build_failure(one, found[one["id"]]) for one in chosen if one["id"] in found)


def _findings_with_case(report: dict[str, Any]) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any]]]:
    for requirement in report["requirements"]:
        yield from ((None, finding) for finding in requirement.get("findings", []))
    for case in report["cases"]:
        yield from ((case, finding) for finding in case["findings"])


def _build_failure(
    requirement: dict[str, Any], findings: Iterable[tuple[dict[str, Any] | None, dict[str, Any]]]
) -> Failure:
    pairs = list(findings)
    worst = most_severe([finding for _, finding in pairs])
    case = next(case for case, finding in pairs if finding is worst)
    return Failure(requirement, worst, case, tuple(dict.fromkeys(one["id"] for one, _ in pairs if one is not None)))
