"""Results of checks, and the context that checks get."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from imagesearch_conformance.checks.parsed_request import ParsedRequest
from imagesearch_conformance.checks.parsed_response import ParsedResponse, parse_entries
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Json
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Target


@frozen
class CheckResult:
    """A requirement that was exercised; it passed unless there is a finding."""

    requirement: str
    finding: Finding | None = None


@frozen
class CheckContext:
    """One parsed exchange of a case; `index` is its place among the exchanges of the case."""

    contract: Contract
    target: Target
    case: Case
    request: ParsedRequest
    response: ParsedResponse
    index: int = 0

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of a success response that are objects, in their order."""
        return parse_entries(self.contract, self.response)

    @property
    def filter(self) -> str | None:
        """The filter of the request; None if it is missing or empty."""
        parameter = self.contract.filter_parameter
        return (self.request.value(parameter.name) or None) if parameter else None

    def pass_requirement(self, requirement: str) -> CheckResult:
        return CheckResult(requirement)

    def fail_requirement(  # noqa: PLR0913 the parts of a finding
        self,
        requirement: str,
        message: str,
        expected: tuple[str, ...],
        actual: Json,
        where: str,
        grade: Grade = Grade.DOCUMENTED,
        *,
        allow_approximation: bool = False,
    ) -> CheckResult:
        """Build the result of a violated requirement.

        With `allow_approximation` the level is lower for targets that claim to search approximately.
        """
        entry = self.contract.requirements.get(requirement)
        level = entry.level if entry else Level.MAY
        if allow_approximation and entry and entry.approximate and self.target.capabilities.approximate:
            level = entry.approximate
        return CheckResult(
            requirement, Finding(requirement, level, message, expected, actual, where, grade, self.index)
        )

    def pass_all(self) -> Iterator[CheckResult]:
        """Pass every requirement of the case."""
        yield from map(self.pass_requirement, self.case.requirements)

    def fail_all(
        self,
        message: str,
        expected: tuple[str, ...],
        actual: Json,
        where: str = "/Auctions",
        *,
        allow_approximation: bool = True,
    ) -> Iterator[CheckResult]:
        """Fail every requirement of the case."""
        for requirement in self.case.requirements:
            yield self.fail_requirement(
                requirement, message, expected, actual, where, allow_approximation=allow_approximation
            )
