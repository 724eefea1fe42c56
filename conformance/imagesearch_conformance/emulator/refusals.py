"""From what is wrong with a request to the error code that answers it."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow, Provoked
from imagesearch_conformance.errors import BadSpec
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.expectation import Acceptance, Grade


@frozen
class Refusal:
    """An answer that is no success; `why` says in one word what was wrong."""

    status: int
    code: str
    message: str
    why: str


@frozen
class Refusals:
    """Looks refusals up in a contract; among several the first of the grade preferred is taken."""

    contract: Contract
    grade: Grade = Grade.DOCUMENTED

    def of(self, violation: Violation, grade: Grade | None = None) -> Refusal:
        """The answer to a violation."""
        options = self.contract.refusals(violation)
        chosen = _preferred(options, grade or self.grade)
        return _refusal(self.contract.row(chosen.code or ""), chosen.status, violation.keyword)

    def of_code(self, code: str) -> Refusal | None:
        """The answer that carries this code, or None when no table has it."""
        row = self.contract.errors.find(code)
        return None if row is None else _refusal(row, row.status, "asked for")

    def too_often(self) -> Refusal:
        """The answer to more requests than an instance allows."""
        rows = [row for row in self.contract.errors.plain if row.provoked is Provoked.RATE]
        return self._row(rows, "rate")

    def general(self, why: str) -> Refusal:
        """The answer to anything wrong that has no code of its own."""
        return self._row([row for row in self.contract.errors.documented if row.general], why)

    def _row(self, rows: list[ErrorRow], why: str) -> Refusal:
        if not rows:
            raise BadSpec(f"no row of the error tables can answer this: {why}", "errors/")
        row = next((row for row in rows if row.grade is self.grade), rows[0])
        return _refusal(row, row.status, why)


def _preferred(options: tuple[Acceptance, ...], grade: Grade) -> Acceptance:
    return next((one for one in options if one.grade is grade), options[0])


def _refusal(row: ErrorRow, status: int, why: str) -> Refusal:
    message = f"{row.message} ({why})".strip() if row.goes_on else row.message
    return Refusal(status, row.code, message, why)
