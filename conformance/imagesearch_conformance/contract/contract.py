"""The contract: the documentation as frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import evolve, field, frozen

from imagesearch_conformance.contract.error_table import ErrorRow, ErrorTable
from imagesearch_conformance.contract.fields import Field
from imagesearch_conformance.contract.filter_rules import FilterRules
from imagesearch_conformance.contract.parameters import CategoryChoice, ImageName, Parameter, ResultFilters, Window
from imagesearch_conformance.contract.protocol import GradedCodes, Protocol
from imagesearch_conformance.contract.spec_files import SpecFiles
from imagesearch_conformance.model.case import Location, Violation
from imagesearch_conformance.model.expectation import Acceptance, Grade
from imagesearch_conformance.model.requirement import Interpretation, Requirement, Statement

#: The subjects of violations other than parameters.
ACTION, VERSION, WINDOW, IMAGE, AUTHENTICATION = "action", "version", "window", "image", "authentication"


@frozen(eq=False)
class Contract:
    """A loaded contract directory; mappings keep the order of the files.

    `requirements` apply to endpoints, `client_requirements` to clients. A statement about both has one requirement of
    the same id in each.
    """

    revision: str
    digest: str
    parameters: tuple[Parameter, ...]
    instance_parameter: str
    window: Window
    image: ImageName
    category: CategoryChoice
    result_filters: ResultFilters
    errors: ErrorTable
    protocol: Protocol
    success_fields: tuple[Field, ...]
    error_fields: tuple[Field, ...]
    filter_rules: FilterRules
    requirements: Mapping[str, Requirement]
    client_requirements: Mapping[str, Requirement]
    interpretations: Mapping[str, Interpretation]
    statements: tuple[Statement, ...]
    spec_files: SpecFiles = field(repr=False)
    _error_acceptances: dict[Violation, tuple[Acceptance, ...]] = field(factory=dict, init=False, repr=False)

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of a name; raises KeyError."""
        return self._parameters_by_name[name]

    @cached_property
    def _parameters_by_name(self) -> Mapping[str, Parameter]:
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def filter_parameter(self) -> Parameter | None:
        """The parameter that takes a filter, or None."""
        return next((parameter for parameter in self.parameters if parameter.is_filter), None)

    @property
    def query_parameter_names(self) -> frozenset[str]:
        """The names of the parameters that are sent in the query."""
        return frozenset(parameter.name for parameter in self.parameters if parameter.location is Location.QUERY)

    def for_clients(self) -> Contract:
        """Return the contract with the requirements of clients in place of those of endpoints."""
        return evolve(self, requirements=self.client_requirements)

    def error_acceptances(self, violation: Violation) -> tuple[Acceptance, ...]:
        """Return the acceptable errors for a violation, documented ones first, in the order of `spec/`."""
        if violation not in self._error_acceptances:
            acceptances = [
                acceptance
                for row, grade in self._error_rows(violation)
                for acceptance in row_acceptances(row, grade, f"violates {violation}")
            ]
            acceptances.sort(key=lambda acceptance: acceptance.grade is Grade.TOLERATED)
            self._error_acceptances[violation] = tuple(acceptances)
        return self._error_acceptances[violation]

    def success_acceptance(self, grade: Grade = Grade.DOCUMENTED, reason: str = "the request is valid") -> Acceptance:
        return Acceptance(self.protocol.success_status, None, grade, reason)

    def _error_rows(self, violation: Violation) -> Iterator[tuple[ErrorRow, Grade | None]]:
        name, keyword = violation.parameter, violation.keyword
        if name == AUTHENTICATION:
            yield from self._graded_rows(self.protocol.authentication_error_codes[keyword])
        elif name in {ACTION, VERSION}:
            yield from self._graded_rows(self.protocol.operation_error_codes[f"{name}.{keyword}"])
        elif name == WINDOW:
            yield from ((self.error_row(code), None) for code in self.window.error_codes)
            yield from ((row, None) for row in self.errors.general_rows(keyword, self.window.start_parameter))
        elif name == IMAGE:
            yield from ((self.error_row(code), None) for code in self.image.error_codes)
        else:
            yield from ((self.error_row(code), None) for code in self.parameter(name).error_codes.get(keyword, ()))
            yield from ((row, None) for row in self.errors.general_rows(keyword, name))

    def _graded_rows(self, codes: GradedCodes) -> Iterator[tuple[ErrorRow, Grade | None]]:
        yield from ((self.error_row(code), Grade.DOCUMENTED) for code in codes.documented)
        yield from ((self.error_row(code), Grade.TOLERATED) for code in codes.tolerated)

    def error_row(self, code: str) -> ErrorRow:
        """Return the row of a code; raises KeyError."""
        row = self.errors.find(code)
        if row is None:
            raise KeyError(code)
        return row


def row_acceptances(row: ErrorRow, grade: Grade | None, reason: str) -> Iterator[Acceptance]:
    """Yield the acceptable outcomes of a row: its status at `grade` or its own grade, other statuses as tolerated."""
    yield Acceptance(row.status, row.code, row.grade if grade is None else grade, reason)
    for status in row.tolerated_statuses:
        yield Acceptance(status, row.code, Grade.TOLERATED, f"{reason}; sources differ on the status")
