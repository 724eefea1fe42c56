"""From what is wrong with a request to the error code that answers it."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow, ErrorTrigger
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.expectation import Acceptance, Grade


@frozen
class ErrorResponse:
    """An answer that is no success; `why` says in one word what was wrong."""

    status: int
    code: str
    message: str
    reason: str


@frozen
class ErrorLookup:
    """Looks refusals up in a contract; among several the first of the grade preferred is taken."""

    contract: Contract
    grade: Grade = Grade.DOCUMENTED

    def for_violation(self, violation: Violation, grade: Grade | None = None) -> ErrorResponse:
        """The answer to a violation."""
        options = self.contract.error_acceptances(violation)
        chosen = _select_acceptance(options, grade or self.grade)
        return _build_error(self.contract.error_row(chosen.code or ""), chosen.status, violation.keyword)

    def for_code(self, code: str) -> ErrorResponse | None:
        """The answer that carries this code, or None when no table has it."""
        row = self.contract.errors.find(code)
        return None if row is None else _build_error(row, row.status, "asked for")

    def for_rate_limit(self) -> ErrorResponse:
        """The answer to more requests than an instance allows."""
        rows = [row for row in self.contract.errors.literal_rows if row.trigger is ErrorTrigger.RATE_LIMIT]
        return self._from_rows(rows, "rate")

    def general_error(self, reason: str) -> ErrorResponse:
        """The answer to anything wrong that has no code of its own."""
        return self._from_rows([row for row in self.contract.errors.documented_rows if row.general_keywords], reason)

    def _from_rows(self, rows: list[ErrorRow], reason: str) -> ErrorResponse:
        if not rows:
            raise InvalidSpec(f"no row of the error tables can answer this: {reason}", "errors/")
        row = next((row for row in rows if row.grade is self.grade), rows[0])
        return _build_error(row, row.status, reason)


def _select_acceptance(options: tuple[Acceptance, ...], grade: Grade) -> Acceptance:
    return next((one for one in options if one.grade is grade), options[0])


def _build_error(row: ErrorRow, status: int, reason: str) -> ErrorResponse:
    message = f"{row.message} ({reason})".strip() if row.allows_message_suffix else row.message
    return ErrorResponse(status, row.code, message, reason)
