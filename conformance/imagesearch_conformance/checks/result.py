"""What a check says: a requirement was exercised, and either held or was departed from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from attrs import frozen

from imagesearch_conformance.checks.parsed_request import ParsedRequest
from imagesearch_conformance.checks.parsed_response import ParsedResponse
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Json
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Target


@frozen
class CheckResult:
    """One requirement exercised; without a finding it held."""

    requirement: str
    finding: Finding | None = None


@lru_cache(maxsize=1024)
def _passed_result(requirement: str) -> CheckResult:
    """One remark for all times that a requirement held: a reply has thousands."""
    return CheckResult(requirement)


@frozen
class CheckContext:
    """All that a check may look at: one exchange of a case, read. `index` counts exchanges of the case."""

    contract: Contract
    target: Target
    case: Case
    request: ParsedRequest
    response: ParsedResponse
    index: int = 0

    @property
    def filter(self) -> str | None:
        """The filter of the request, None where there is none or it is empty."""
        parameter = self.contract.filter_parameter
        return (self.request.value(parameter.name) or None) if parameter else None

    def pass_requirement(self, requirement: str) -> CheckResult:
        """The requirement was exercised and held."""
        return _passed_result(requirement)

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
        """The requirement was exercised and departed from; `lenient`: in a way that approximate engines may."""
        entry = self.contract.requirements.get(requirement)
        level = entry.level if entry else Level.MAY
        if allow_approximation and entry and entry.approximate and self.target.capabilities.approximate:
            level = entry.approximate
        return CheckResult(
            requirement, Finding(requirement, level, message, expected, actual, where, grade, self.index)
        )

    def pass_all(self) -> Iterator[CheckResult]:
        """Every requirement that the case is for was exercised and held."""
        yield from (self.pass_requirement(requirement) for requirement in self.case.requirements)

    def fail_all(
        self,
        message: str,
        expected: tuple[str, ...],
        actual: Json,
        where: str = "/Auctions",
        *,
        allow_approximation: bool = True,
    ) -> Iterator[CheckResult]:
        """Every requirement that the case is for was departed from."""
        for requirement in self.case.requirements:
            yield self.fail_requirement(
                requirement, message, expected, actual, where, allow_approximation=allow_approximation
            )
