"""What is wrong with a message that a test looks at, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.reports.wording import shown, told

#: How many further problems are told.
_MOST = 20


@frozen
class Problem:
    """One departure: where, what is wrong, what would be right, what is there, and what the page says."""

    where: str
    message: str
    right: tuple[str, ...] = ()
    actual: Any = None
    requirement: Requirement | None = None

    @classmethod
    def of(cls, finding: Finding, requirement: Requirement | None) -> Problem:
        """The problem that a check found."""
        return cls(finding.where, finding.message, finding.expected, finding.actual, requirement)


@lru_cache(maxsize=4)
def contract_of(document: str | None) -> Contract:
    """The contract of a revision; raises BadInput."""
    return load(None, document)


def told_problems(sentence: str, problems: Sequence[Problem]) -> str:
    """The first problem in full, and the others below."""
    first, *others = problems
    lines = [f"{sentence}:", *(f"  {line}" for line in _lines(first))]
    if others:
        lines += ["and further:", *(f"  {_line(one)}" for one in others[:_MOST])]
    if len(others) > _MOST:
        lines.append(f"  ... and {len(others) - _MOST} more")
    return "\n".join(lines)


def _lines(problem: Problem) -> Iterator[str]:
    yield told(_located(problem))
    if problem.right:
        yield told(f"right: {'; '.join(problem.right)}")
    if problem.actual is not None:
        yield f"got: {shown(problem.actual)}"
    if problem.requirement is not None:
        one = problem.requirement
        yield told(f"the contract: {one.id} ({one.level.value}): {one.statement} ({one.source})")


def _line(problem: Problem) -> str:
    name = f" [{problem.requirement.id}]" if problem.requirement else ""
    return told(_located(problem) + name)


def _located(problem: Problem) -> str:
    return f"{problem.where}: {problem.message}" if problem.where else problem.message
