"""The error codes: those of the page, and those that gateways and later revisions are known to give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from attrs import evolve, frozen

from imagesearch_conformance.contract.shape import Record
from imagesearch_conformance.errors import BadSpec
from imagesearch_conformance.model.expectation import Grade

#: Stands in a code or message for the name of the parameter concerned.
_PLACE = "{Parameter}"


class Provoked(StrEnum):
    """How a request can bring a code about."""

    VIOLATION = "violation"
    OPERATION = "operation"
    PERMISSION = "permission"
    RATE = "rate"
    NEVER = "never"
    ELSEWHERE = "elsewhere"


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
    provoked: Provoked = Provoked.VIOLATION
    because: str = ""
    statuses: tuple[int, ...] = ()
    also: tuple[str, ...] = ()
    goes_on: bool = False
    general: frozenset[str] = frozenset()

    @property
    def templated(self) -> bool:
        """Whether the code holds a place for the name of a parameter."""
        return _PLACE in self.code

    def named(self, parameter: str) -> ErrorRow:
        """The row for one parameter; the row itself when it holds no place for a name."""
        return evolve(self, code=self.code.replace(_PLACE, parameter), message=self.message.replace(_PLACE, parameter))


@frozen
class ErrorTable:
    """The rows that name one code, and those that stand for one code a parameter (`templates`)."""

    plain: tuple[ErrorRow, ...]
    templates: tuple[ErrorRow, ...]
    _by_code: Mapping[str, ErrorRow]

    @classmethod
    def of(cls, rows: Iterable[ErrorRow], parameters: Iterable[str]) -> ErrorTable:
        """The table of these rows; raises BadSpec when a code stands twice."""
        given = tuple(rows)
        templates = tuple(row for row in given if row.templated)
        plain = tuple(row for row in given if not row.templated)
        by_code = {row.code: row for row in (template.named(name) for template in templates for name in parameters)}
        by_code |= {row.code: row for row in reversed(plain)}
        for row in plain:
            if by_code[row.code] is not row:
                raise BadSpec(f"the code {row.code!r} stands twice", row.where, f"first at {by_code[row.code].where}")
        return cls(plain, templates, by_code)

    def find(self, code: str) -> ErrorRow | None:
        """The row of a code, or None."""
        return self._by_code.get(code)

    def denies(self, code: str | None) -> bool:
        """Whether a code refuses a request for the number of requests."""
        row = self.find(code) if code else None
        return row is not None and row.provoked is Provoked.RATE

    @property
    def documented(self) -> tuple[ErrorRow, ...]:
        """The rows of the page, in its order."""
        return tuple(row for row in self.plain if row.grade is Grade.DOCUMENTED)

    @property
    def rows(self) -> tuple[ErrorRow, ...]:
        """Every row, templates spelled out for every parameter."""
        return tuple(self._by_code.values())

    def general(self, keyword: str, parameter: str) -> Iterator[ErrorRow]:
        """The rows that may answer a violation of the keyword by any parameter, those that name it first."""
        for row in (*self.templates, *self.plain):
            if keyword in row.general:
                yield row.named(parameter)


def read_errors(document: Record) -> Iterator[ErrorRow]:
    """The rows of one file, with the file's grade and source where a row gives none."""
    grade = Grade(document.get("grade", str))
    source = document.get("source", str)
    for row in document.children("errors"):
        yield ErrorRow(
            code=row.get("code", str),
            status=row.get("status", int),
            message=row.get("message", str),
            grade=grade,
            source=row.get("source", str, source),
            where=row.where,
            meaning=row.get("meaning", str, ""),
            provoked=_provoked(row),
            because=row.get("because", str, ""),
            statuses=tuple(row.get("statuses", list, ())),
            also=tuple(one.get("message", str) for one in row.children("also")),
            goes_on=row.get("match", str, "equal") == "start",
            general=frozenset(row.texts("general")),
        )


def _provoked(row: Record) -> Provoked:
    if row.get("rate", bool, False):
        return Provoked.RATE
    text = row.get("provoked", str, Provoked.VIOLATION.value)
    try:
        return Provoked(text)
    except ValueError:
        raise BadSpec(
            f"{text!r} is no way to provoke a code", f"{row.where}/provoked", f"one of {', '.join(Provoked)}"
        ) from None
