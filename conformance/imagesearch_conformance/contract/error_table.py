"""The error codes of the documentation, of gateways and of later revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from attrs import evolve, frozen

from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.expectation import Grade

#: The placeholder for the name of a parameter in a code or message.
_PARAMETER_PLACEHOLDER = "{Parameter}"


class ErrorTrigger(StrEnum):
    """The way in which a request can cause a code."""

    VIOLATION = "violation"
    OPERATION = "operation"
    PERMISSION = "permission"
    RATE_LIMIT = "rate"
    NEVER = "never"
    OTHER_OPERATION = "elsewhere"


@frozen
class ErrorRow:
    """One code with its status and message.

    `allows_message_suffix`: the message may be followed by more text. `general_keywords` are the keywords whose
    violation may cause the code for any parameter.
    """

    code: str
    status: int
    message: str
    grade: Grade
    source: str
    where: str
    meaning: str = ""
    trigger: ErrorTrigger = ErrorTrigger.VIOLATION
    unreachable_reason: str = ""
    tolerated_statuses: tuple[int, ...] = ()
    tolerated_messages: tuple[str, ...] = ()
    allows_message_suffix: bool = False
    general_keywords: frozenset[str] = frozenset()

    @property
    def is_template(self) -> bool:
        """Return whether the code contains the placeholder for the name of a parameter."""
        return _PARAMETER_PLACEHOLDER in self.code

    def for_parameter(self, parameter: str) -> ErrorRow:
        """Return the row with the placeholder replaced."""
        return evolve(
            self,
            code=self.code.replace(_PARAMETER_PLACEHOLDER, parameter),
            message=self.message.replace(_PARAMETER_PLACEHOLDER, parameter),
        )


@frozen
class ErrorTable:
    """The rows with one code each, and `templates` with one code for each parameter."""

    literal_rows: tuple[ErrorRow, ...]
    templates: tuple[ErrorRow, ...]
    _by_code: Mapping[str, ErrorRow]

    @classmethod
    def from_rows(cls, rows: Iterable[ErrorRow], parameters: Iterable[str]) -> ErrorTable:
        """Create the table of rows; raises InvalidSpec for a duplicate code."""
        rows = tuple(rows)
        templates = tuple(row for row in rows if row.is_template)
        literal_rows = tuple(row for row in rows if not row.is_template)
        by_code = {
            row.code: row for row in (template.for_parameter(name) for template in templates for name in parameters)
        }
        by_code |= {row.code: row for row in reversed(literal_rows)}
        for row in literal_rows:
            if by_code[row.code] is not row:
                raise InvalidSpec(f"duplicate code {row.code!r}", row.where, f"defined at {by_code[row.code].where}")
        return cls(literal_rows, templates, by_code)

    def find(self, code: str) -> ErrorRow | None:
        return self._by_code.get(code)

    def is_rate_limit(self, code: str | None) -> bool:
        row = self.find(code) if code else None
        return row is not None and row.trigger is ErrorTrigger.RATE_LIMIT

    @property
    def documented_rows(self) -> tuple[ErrorRow, ...]:
        """The rows of the documentation, in its order."""
        return tuple(row for row in self.literal_rows if row.grade is Grade.DOCUMENTED)

    @property
    def rows(self) -> tuple[ErrorRow, ...]:
        """All rows, templates expanded for each parameter."""
        return tuple(self._by_code.values())

    def general_rows(self, keyword: str, parameter: str) -> Iterator[ErrorRow]:
        """Yield the rows for a violation of a keyword by any parameter, templates first."""
        for row in (*self.templates, *self.literal_rows):
            if keyword in row.general_keywords:
                yield row.for_parameter(parameter)


def read_errors(record: SpecRecord) -> Iterator[ErrorRow]:
    """Yield the rows of one file, with the grade of the file, and its source if the row has none."""
    grade = Grade(record.get("grade", str))
    source = record.get("source", str)
    for row in record.children("errors"):
        yield ErrorRow(
            code=row.get("code", str),
            status=row.get("status", int),
            message=row.get("message", str),
            grade=grade,
            source=row.get("source", str, source),
            where=row.where,
            meaning=row.get("meaning", str, ""),
            trigger=_read_trigger(row),
            unreachable_reason=row.get("because", str, ""),
            tolerated_statuses=tuple(row.get("statuses", list, ())),
            tolerated_messages=tuple(other.get("message", str) for other in row.children("also")),
            allows_message_suffix=row.get("match", str, "equal") == "start",
            general_keywords=frozenset(row.strings("general")),
        )


def _read_trigger(row: SpecRecord) -> ErrorTrigger:
    if row.get("rate", bool, False):
        return ErrorTrigger.RATE_LIMIT
    text = row.get("provoked", str, ErrorTrigger.VIOLATION.value)
    try:
        return ErrorTrigger(text)
    except ValueError:
        raise InvalidSpec(
            f"invalid value {text!r}", f"{row.where}/provoked", f"expected one of {', '.join(ErrorTrigger)}"
        ) from None
