"""The contract: everything the page says, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import evolve, field, frozen

from imagesearch_conformance.contract.documents import Documents
from imagesearch_conformance.contract.error_table import ErrorRow, ErrorTable
from imagesearch_conformance.contract.fields import Field
from imagesearch_conformance.contract.filter_rules import FilterRules
from imagesearch_conformance.contract.parameters import CategoryChoice, ImageName, Narrowing, Parameter, Window
from imagesearch_conformance.contract.protocol import GradedCodes, Protocol
from imagesearch_conformance.model.case import Location, Violation
from imagesearch_conformance.model.expectation import Acceptance, Grade
from imagesearch_conformance.model.requirement import Interpretation, Requirement, Statement

#: The names that violations use besides those of parameters.
ACTION, VERSION, WINDOW, IMAGE, AUTHENTICATION = "action", "version", "window", "image", "authentication"


@frozen(eq=False)
class Contract:
    """One contract directory, loaded; mappings keep the order of the files.

    `instance` is the name of the parameter that names the instance. `requirements` are those of endpoints,
    `client_requirements` those of clients; where a statement has two sides both have its id.
    """

    document: str
    digest: str
    parameters: tuple[Parameter, ...]
    instance: str
    window: Window
    image: ImageName
    category: CategoryChoice
    narrowing: Narrowing
    errors: ErrorTable
    protocol: Protocol
    success_fields: tuple[Field, ...]
    error_fields: tuple[Field, ...]
    filters: FilterRules
    requirements: Mapping[str, Requirement]
    client_requirements: Mapping[str, Requirement]
    interpretations: Mapping[str, Interpretation]
    statements: tuple[Statement, ...]
    documents: Documents = field(repr=False)
    _refusals: dict[Violation, tuple[Acceptance, ...]] = field(factory=dict, init=False, repr=False)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; raises KeyError when there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, Parameter]:
        return {one.name: one for one in self.parameters}

    @cached_property
    def filter(self) -> Parameter | None:
        """The parameter that takes a filter, where there is one."""
        return next((one for one in self.parameters if one.filter), None)

    @property
    def sent_in_query(self) -> frozenset[str]:
        """The names of the parameters that travel in the query."""
        return frozenset(one.name for one in self.parameters if one.location is Location.QUERY)

    def of_clients(self) -> Contract:
        """The contract as it binds clients: their requirements in place of those of endpoints."""
        return evolve(self, requirements=self.client_requirements)

    def refusals(self, violation: Violation) -> tuple[Acceptance, ...]:
        """Every outcome that may answer a violation, documented ones first, each in the order of `spec/`."""
        if violation not in self._refusals:
            rows = self._rows(violation)
            found = [one for row, grade in rows for one in acceptances_of(row, grade, f"breaks {violation}")]
            self._refusals[violation] = tuple(sorted(found, key=lambda one: one.grade is Grade.TOLERATED))
        return self._refusals[violation]

    def accepted(self, grade: Grade = Grade.DOCUMENTED, why: str = "the request is valid") -> Acceptance:
        """The outcome that is success."""
        return Acceptance(self.protocol.success, None, grade, why)

    def _rows(self, violation: Violation) -> Iterator[tuple[ErrorRow, Grade | None]]:
        name, keyword = violation.parameter, violation.keyword
        if name == AUTHENTICATION:
            yield from self._graded(self.protocol.authentication_refusals[keyword])
        elif name in {ACTION, VERSION}:
            yield from self._graded(self.protocol.operation_refusals[f"{name}.{keyword}"])
        elif name == WINDOW:
            yield from ((self.row(code), None) for code in self.window.refusals)
            yield from ((row, None) for row in self.errors.general(keyword, self.window.start))
        elif name == IMAGE:
            yield from ((self.row(code), None) for code in self.image.refusals)
        else:
            yield from ((self.row(code), None) for code in self.parameter(name).refusals.get(keyword, ()))
            yield from ((row, None) for row in self.errors.general(keyword, name))

    def _graded(self, codes: GradedCodes) -> Iterator[tuple[ErrorRow, Grade | None]]:
        yield from ((self.row(code), Grade.DOCUMENTED) for code in codes.documented)
        yield from ((self.row(code), Grade.TOLERATED) for code in codes.tolerated)

    def row(self, code: str) -> ErrorRow:
        """The row of a code; raises KeyError when no table has it."""
        found = self.errors.find(code)
        if found is None:
            raise KeyError(code)
        return found


def acceptances_of(row: ErrorRow, grade: Grade | None, why: str) -> Iterator[Acceptance]:
    """The outcomes of a row: its own status at the grade given or its own, further ones tolerated."""
    given = row.grade if grade is None else grade
    yield Acceptance(row.status, row.code, given, why)
    for status in row.statuses:
        yield Acceptance(status, row.code, Grade.TOLERATED, f"{why}; sources differ on the status")
