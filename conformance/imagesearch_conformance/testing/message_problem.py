"""What is wrong with a message that a test looks at, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.reports.text import clip_text, format_value

#: How many further problems are told.
_MAX_FURTHER_PROBLEMS = 20


@frozen
class MessageProblem:
    """One departure: where, what is wrong, what would be right, what is there, and what the page says."""

    where: str
    message: str
    expected: tuple[str, ...] = ()
    actual: Any = None
    requirement: Requirement | None = None

    @classmethod
    def from_finding(cls, finding: Finding, requirement: Requirement | None) -> MessageProblem:
        """The problem that a check found."""
        return cls(finding.where, finding.message, finding.expected, finding.actual, requirement)


@lru_cache(maxsize=4)
def load_contract(document: str | None) -> Contract:
    """The contract of a revision; raises BadInput."""
    return load(None, document)


def format_problems(summary: str, problems: Sequence[MessageProblem]) -> str:
    """The first problem in full, and the others below."""
    first, *others = problems
    lines = [f"{summary}:", *(f"  {line}" for line in _problem_lines(first))]
    if others:
        lines += ["and further:", *(f"  {_problem_line(one)}" for one in others[:_MAX_FURTHER_PROBLEMS])]
    if len(others) > _MAX_FURTHER_PROBLEMS:
        lines.append(f"  ... and {len(others) - _MAX_FURTHER_PROBLEMS} more")
    return "\n".join(lines)


def _problem_lines(problem: MessageProblem) -> Iterator[str]:
    yield clip_text(_located_message(problem))
    if problem.expected:
        yield clip_text(f"right: {'; '.join(problem.expected)}")
    if problem.actual is not None:
        yield f"got: {format_value(problem.actual)}"
    if problem.requirement is not None:
        one = problem.requirement
        yield clip_text(f"the contract: {one.id} ({one.level.value}): {one.statement} ({one.source})")


def _problem_line(problem: MessageProblem) -> str:
    name = f" [{problem.requirement.id}]" if problem.requirement else ""
    return clip_text(_located_message(problem) + name)


def _located_message(problem: MessageProblem) -> str:
    return f"{problem.where}: {problem.message}" if problem.where else problem.message
