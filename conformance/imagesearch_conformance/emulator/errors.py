"""The mapping of violations to error responses."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow, ErrorTrigger
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.expectation import Grade


@frozen
class ErrorResponse:
    """An error response; `reason` is a word or two for messages that allow a suffix."""

    status: int
    code: str
    message: str
    reason: str


@frozen
class ErrorLookup:
    """Looks up errors in a contract; of several, the first of the preferred grade is used."""

    contract: Contract
    grade: Grade = Grade.DOCUMENTED

    def for_violation(self, violation: Violation, grade: Grade | None = None) -> ErrorResponse:
        """Return the error for a violation."""
        acceptances = self.contract.error_acceptances(violation)
        preferred = grade or self.grade
        acceptance = next((option for option in acceptances if option.grade is preferred), acceptances[0])
        return _build_error(self.contract.error_row(acceptance.code or ""), acceptance.status, violation.keyword)

    def for_code(self, code: str) -> ErrorResponse | None:
        """Return the error with this code, or None if no table has it."""
        row = self.contract.errors.find(code)
        return None if row is None else _build_error(row, row.status, "requested")

    def for_rate_limit(self) -> ErrorResponse:
        """Return the error for more requests than the rate limit allows."""
        rows = [row for row in self.contract.errors.literal_rows if row.trigger is ErrorTrigger.RATE_LIMIT]
        return self._from_rows(rows, "rate limit")

    def general_error(self, reason: str) -> ErrorResponse:
        """Return the error for everything that has no code of its own."""
        return self._from_rows([row for row in self.contract.errors.documented_rows if row.general_keywords], reason)

    def _from_rows(self, rows: list[ErrorRow], reason: str) -> ErrorResponse:
        if not rows:
            raise InvalidSpec(f"no error code for: {reason}", "errors/")
        row = next((row for row in rows if row.grade is self.grade), rows[0])
        return _build_error(row, row.status, reason)


def _build_error(row: ErrorRow, status: int, reason: str) -> ErrorResponse:
    message = f"{row.message} ({reason})".strip() if row.allows_message_suffix else row.message
    return ErrorResponse(status, row.code, message, reason)
