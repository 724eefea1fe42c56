"""The requirements of a run by area and level, each a square with its outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

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
