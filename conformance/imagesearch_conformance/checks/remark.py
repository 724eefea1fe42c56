"""What a check says: a requirement was exercised, and either held or was departed from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from attrs import frozen

from imagesearch_conformance.checks.reading import Reading
from imagesearch_conformance.checks.sent import Sent
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Json
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Target


@frozen
class Remark:
    """One requirement exercised; without a finding it held."""

    requirement: str
    finding: Finding | None = None


@lru_cache(maxsize=1024)
def _held(requirement: str) -> Remark:
    """One remark for all times that a requirement held: a reply has thousands."""
    return Remark(requirement)


@frozen
class View:
    """All that a check may look at: one exchange of a case, read. `index` counts exchanges of the case."""

    contract: Contract
    target: Target
    case: Case
    sent: Sent
    reading: Reading
    index: int = 0

    @property
    def filter(self) -> str | None:
        """The filter of the request, None where there is none or it is empty."""
        parameter = self.contract.filter
        return (self.sent.value(parameter.name) or None) if parameter else None

    def held(self, requirement: str) -> Remark:
        """The requirement was exercised and held."""
        return _held(requirement)

    def departed(  # noqa: PLR0913 the parts of a finding
        self,
        requirement: str,
        message: str,
        expected: tuple[str, ...],
        actual: Json,
        where: str,
        grade: Grade = Grade.DOCUMENTED,
        *,
        lenient: bool = False,
    ) -> Remark:
        """The requirement was exercised and departed from; `lenient`: in a way that approximate engines may."""
        entry = self.contract.requirements.get(requirement)
        level = entry.level if entry else Level.MAY
        if lenient and entry and entry.approximate and self.target.capabilities.approximate:
            level = entry.approximate
        return Remark(requirement, Finding(requirement, level, message, expected, actual, where, grade, self.index))

    def all_held(self) -> Iterator[Remark]:
        """Every requirement that the case is for was exercised and held."""
        yield from (self.held(requirement) for requirement in self.case.requirements)

    def all_departed(
        self, message: str, expected: tuple[str, ...], actual: Json, where: str = "/Auctions", *, lenient: bool = True
    ) -> Iterator[Remark]:
        """Every requirement that the case is for was departed from."""
        for requirement in self.case.requirements:
            yield self.departed(requirement, message, expected, actual, where, lenient=lenient)
