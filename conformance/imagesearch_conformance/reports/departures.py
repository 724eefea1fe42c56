"""What departs from the page, once per requirement: the gravest finding, and every case that has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.wording import gravest


@frozen
class Departure:
    """A requirement that failed or warned, with its gravest finding.

    `case` has that finding, or is None where it speaks of the whole run; `cases` are the ids of all
    that have one.
    """

    requirement: dict[str, Any]
    finding: dict[str, Any]
    case: dict[str, Any] | None
    cases: tuple[str, ...]


def departures(document: dict[str, Any]) -> tuple[Departure, ...]:
    """All of a report, in the order of its requirements, those that fail first."""
    found: dict[str, list[tuple[dict[str, Any] | None, dict[str, Any]]]] = {}
    for case, finding in _findings(document):
        found.setdefault(finding["requirement"], []).append((case, finding))
    chosen = [one for outcome in ("failed", "warned") for one in document["requirements"] if one["outcome"] == outcome]
    return tuple(_departure(one, found[one["id"]]) for one in chosen if one["id"] in found)


def _findings(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any]]]:
    for requirement in document["requirements"]:
        yield from ((None, finding) for finding in requirement.get("findings", []))
    for case in document["cases"]:
        yield from ((case, finding) for finding in case["findings"])


def _departure(requirement: dict[str, Any], found: Iterable[tuple[dict[str, Any] | None, dict[str, Any]]]) -> Departure:
    pairs = list(found)
    worst = gravest([finding for _, finding in pairs])
    case = next(case for case, finding in pairs if finding is worst)
    return Departure(requirement, worst, case, tuple(dict.fromkeys(one["id"] for one, _ in pairs if one is not None)))
