"""The requirements of a run as a picture shows them: by area and level, each a square with its outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

#: How outcomes are called, in the order in which they matter to whoever reads a report.
OUTCOME_LABELS: Mapping[str, str] = {
    "failed": "failed",
    "errored": "errored",
    "warned": "warned",
    "skipped": "skipped",
    "notApplicable": "not applicable",
    "passed": "passed",
}

#: A sign for each, so that nobody has to tell colours apart.
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
    """The requirements of one area and level, the ones that matter first."""

    level: str
    requirements: tuple[dict[str, Any], ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many came out how, without outcomes that none has."""
        return count_outcomes(self.requirements)


@frozen
class RequirementArea:
    """One area of the register."""

    name: str
    requirements: tuple[dict[str, Any], ...]

    @property
    def groups(self) -> tuple[RequirementGroup, ...]:
        """Its requirements by level, without levels that none has."""
        by_level = ((level, tuple(one for one in self.requirements if one["level"] == level)) for level in LEVELS)
        return tuple(RequirementGroup(level, found) for level, found in by_level if found)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many came out how, without outcomes that none has."""
        return count_outcomes(self.requirements)


def requirement_areas(report: dict[str, Any]) -> tuple[RequirementArea, ...]:
    """The areas in the order of the register."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in report["requirements"]:
        found.setdefault(one["area"], []).append(one)
    return tuple(RequirementArea(name, tuple(sorted(many, key=_sort_key))) for name, many in found.items())


def count_outcomes(requirements: Sequence[dict[str, Any]]) -> Mapping[str, int]:
    """How many requirements came out how, the outcomes that matter first."""
    found = dict.fromkeys(OUTCOME_LABELS, 0)
    for one in requirements:
        found[one["outcome"]] += 1
    return {name: count for name, count in found.items() if count}


def _sort_key(requirement: dict[str, Any]) -> tuple[int, int]:
    return list(OUTCOME_LABELS).index(requirement["outcome"]), LEVELS.index(requirement["level"])
