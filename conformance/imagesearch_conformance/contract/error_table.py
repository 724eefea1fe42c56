"""The error codes: those of the page, and those that gateways and later revisions are known to give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from attrs import evolve, frozen

from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.expectation import Grade

#: Stands in a code or message for the name of the parameter concerned.
_PARAMETER_PLACEHOLDER = "{Parameter}"


class ErrorTrigger(StrEnum):
    """How a request can bring a code about."""

    VIOLATION = "violation"
    OPERATION = "operation"
    PERMISSION = "permission"
    RATE_LIMIT = "rate"
    NEVER = "never"
    OTHER_OPERATION = "elsewhere"


@frozen
class ErrorRow:
    """One code with its status and message.

    `statuses` and `also` are further statuses and messages that are tolerated; a message that
    `goes_on` may be followed by more text. `general` are the keywords whose violation may be
    answered with the code whatever the parameter.
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
        """Whether the code holds a place for the name of a parameter."""
        return _PARAMETER_PLACEHOLDER in self.code

    def for_parameter(self, parameter: str) -> ErrorRow:
        """The row for one parameter; the row itself when it holds no place for a name."""
        return evolve(
            self,
            code=self.code.replace(_PARAMETER_PLACEHOLDER, parameter),
            message=self.message.replace(_PARAMETER_PLACEHOLDER, parameter),
        )


@frozen
class ErrorTable:
    """The rows that name one code, and those that stand for one code a parameter (`templates`)."""

    literal_rows: tuple[ErrorRow, ...]
    templates: tuple[ErrorRow, ...]
    _by_code: Mapping[str, ErrorRow]

    @classmethod
    def from_rows(cls, rows: Iterable[ErrorRow], parameters: Iterable[str]) -> ErrorTable:
        """The table of these rows; raises BadSpec when a code stands twice."""
        given = tuple(rows)
        templates = tuple(row for row in given if row.is_template)
        plain = tuple(row for row in given if not row.is_template)
        by_code = {
            row.code: row for row in (template.for_parameter(name) for template in templates for name in parameters)
        }
        by_code |= {row.code: row for row in reversed(plain)}
        for row in plain:
            if by_code[row.code] is not row:
                raise InvalidSpec(
                    f"the code {row.code!r} stands twice", row.where, f"first at {by_code[row.code].where}"
                )
        return cls(plain, templates, by_code)

    def find(self, code: str) -> ErrorRow | None:
        """The row of a code, or None."""
        return self._by_code.get(code)

    def is_rate_limit(self, code: str | None) -> bool:
        """Whether a code refuses a request for the number of requests."""
        row = self.find(code) if code else None
        return row is not None and row.trigger is ErrorTrigger.RATE_LIMIT

    @property
    def documented_rows(self) -> tuple[ErrorRow, ...]:
        """The rows of the page, in its order."""
        return tuple(row for row in self.literal_rows if row.grade is Grade.DOCUMENTED)

    @property
    def rows(self) -> tuple[ErrorRow, ...]:
        """Every row, templates spelled out for every parameter."""
        return tuple(self._by_code.values())

    def general_rows(self, keyword: str, parameter: str) -> Iterator[ErrorRow]:
        """The rows that may answer a violation of the keyword by any parameter, those that name it first."""
        for row in (*self.templates, *self.literal_rows):
            if keyword in row.general_keywords:
                yield row.for_parameter(parameter)


def read_errors(record: SpecRecord) -> Iterator[ErrorRow]:
    """The rows of one file, with the file's grade and source where a row gives none."""
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
            tolerated_messages=tuple(one.get("message", str) for one in row.children("also")),
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
            f"{text!r} is no way to provoke a code", f"{row.where}/provoked", f"one of {', '.join(ErrorTrigger)}"
        ) from None
