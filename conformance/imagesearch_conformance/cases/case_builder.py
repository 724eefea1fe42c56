"""Builder of cases: valid requests to start from, and cases that expect success, an error, or either."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.case import Case, Mutation, Probe, Request, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target

#: A value of an attribute.
AttributeValue = int | str

#: Statuses from here on are server errors (RFC 9110 section 15.6).
_FIRST_SERVER_ERROR = 500


@frozen
class CaseBuilder:
    """Builds cases for one contract and target from survey data; `seed` varies the names of missing things."""

    contract: Contract
    target: Target
    survey: Survey
    seed: int = 0

    @property
    def missing_name(self) -> str:
        """A name that no data set is expected to hold; it depends on the seed alone."""
        return f"absent-{self.seed:08x}"

    @property
    def image(self) -> Image:
        """The image that requests name by default."""
        known = (*self.survey.images, *self.target.instance.images)
        return known[0] if known else Image(self.missing_name, self.missing_name)

    @property
    def has_product_instance(self) -> bool:
        return self.target.instance.type is InstanceType.PRODUCT

    @property
    def max_page_size(self) -> int:
        return self.contract.parameter(self.contract.window.count_parameter).maximum or 1

    @cached_property
    def filterable_values(self) -> Mapping[str, Sequence[AttributeValue]]:
        """The values of each attribute in the ranking that a filter accepts, with repetitions."""
        return {name: self._select_filterable_values(name) for name in self.contract.filter_rules.attributes}

    def _select_filterable_values(self, attribute: str) -> Sequence[AttributeValue]:
        values = (entry.attribute(attribute) for entry in self.survey.entries)
        return [value for value in values if value is not None and self._is_filterable(value)]

    def _is_filterable(self, value: AttributeValue) -> bool:
        """Return whether a filter accepts the value: it is specified, and a filter has room for several of them."""
        if self.contract.filter_parameter is None or not self.contract.filter_rules.is_specified_operand(value):
            return False
        if isinstance(value, int):
            return True
        limit = self.contract.filter_parameter.max_length or len(value)
        return '"' not in value and len(value) <= limit // 4

    @cached_property
    def _minimal_request(self) -> Request:
        return self._build_minimal_request(self.target.instance, self.image)

    def request(
        self,
        parameters: Mapping[str, str | None] = MappingProxyType({}),
        *,
        instance: Instance | None = None,
        image: Image | None = None,
    ) -> Request:
        """Return a valid request with the required parameters and `parameters`; None leaves one out."""
        if instance is None and image is None:
            return self._minimal_request.with_parameters(parameters) if parameters else self._minimal_request
        instance_or_default = instance or self.target.instance
        default_image = instance.images[0] if instance and instance.images else self.image
        return self._build_minimal_request(instance_or_default, image or default_image).with_parameters(parameters)

    def _build_minimal_request(self, instance: Instance, image: Image) -> Request:
        values = {
            self.contract.instance_parameter: instance.name,
            **dict(zip(self.contract.image.parameters, (image.product_id, image.pic_name), strict=True)),
        }
        required = {
            parameter.name: values.get(parameter.name, example_value(parameter))
            for parameter in self.contract.parameters
            if parameter.required
        }
        protocol = self.contract.protocol
        return Request(protocol.action, protocol.version, tuple(required.items()))

    def filter_parameter(self, text: str) -> dict[str, str]:
        """Return a filter as a parameter; nothing where the contract has no filters."""
        return {self.contract.filter_parameter.name: text} if self.contract.filter_parameter else {}

    def success_case(self, case_id: str, title: str, request: Request, *requirements: str) -> Case:
        """Return a case with one valid request that expects success."""
        expectation = Expectation.from_acceptances(self.contract.success_acceptance())
        return Case(case_id, title, requirement_ids(case_id, requirements), (Probe(request),), expectation)

    def error_case(
        self,
        case_id: str,
        title: str,
        request: Request,
        violations: Iterable[Violation],
        mutation: Mutation | None = None,
    ) -> Case:
        """Return a case with one request that breaks exactly these rules and expects an error."""
        expectation = Expectation.from_acceptances(
            *(
                acceptance
                for violation in sorted(violations, key=str)
                for acceptance in self.contract.error_acceptances(violation)
            )
        )
        probes = (Probe(request),)
        return Case(case_id, title, requirement_ids(case_id), probes, expectation, frozenset(violations), mutation)

    def unspecified_case(self, case_id: str, title: str, request: Request) -> Case:
        """Return a case that the documentation does not specify: success and each client error are accepted."""
        return Case(case_id, title, requirement_ids(case_id), (Probe(request),), any_documented_outcome(self.contract))

    def not_applicable_case(self, case_id: str, title: str, reason: str) -> Case:
        """Return a case that does not apply to this target, with the reason."""
        return Case(case_id, title, requirement_ids(case_id), (), Expectation(()), not_applicable_reason=reason)


def requirement_ids(case_id: str, requirements: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return `requirements`, or else the one that the id of the case begins with."""
    return requirements or (case_id.partition("/")[0],)


def unique_variants(variants: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the first of each pair; a repeated one gets a digest of the second, so that ids are unique and stable."""
    used = set()
    for variant, data in variants:
        yield variant if variant not in used else f"{variant}-{hashlib.sha256(data.encode()).hexdigest()[:8]}"
        used.add(variant)


def example_value(parameter: Parameter) -> str:
    """Return a valid value of a parameter: its first example, else its default, a bound, or a text of valid length."""
    candidates = (*parameter.examples, parameter.default, *parameter.enum, parameter.minimum, parameter.maximum)
    value = next((candidate for candidate in candidates if candidate is not None), None)
    if value is not None:
        return to_wire_value(value)
    if parameter.is_boolean:
        return to_wire_value(value=True)
    return "1" if parameter.is_integer else "a" * (parameter.min_length or 1)


def any_documented_outcome(contract: Contract) -> Expectation:
    """Return success and each documented error that is caused by the request: not by the server, key or rate."""
    reason = "the documentation does not specify this"
    key_codes = {code for codes in contract.protocol.authentication_error_codes.values() for code in codes.all}
    key_codes -= {row.code for row in contract.errors.rows if row.general_keywords}
    errors = (
        Acceptance(status, row.code, Grade.DOCUMENTED, reason)
        for row in contract.errors.rows
        if row.trigger not in {ErrorTrigger.RATE_LIMIT, ErrorTrigger.PERMISSION} and row.code not in key_codes
        for status in (row.status, *row.tolerated_statuses)
        if status < _FIRST_SERVER_ERROR
    )
    return Expectation.from_acceptances(contract.success_acceptance(reason=reason), *errors)


_FILLER = "x"

#: The longest operand: text attributes may be limited themselves, below the length of a whole filter.
_MAX_OPERAND_LENGTH = 64


def text_of_length(contract: Contract, parameter: Parameter, length: int) -> str:
    """Return a value of exactly `length` characters; for a filter, conditions joined by AND."""
    if parameter.format is None:
        return _FILLER * length
    examples = (str(example) for example in parameter.examples)
    condition = next((text for text in examples if text.endswith('"') and " " not in text), None)
    text = None if condition is None else _join_conditions(condition, length)
    if text is None or len(text) != length or not contract.filter_rules.parser.is_valid(text):
        raise InvalidSpec(
            f"the examples do not allow a {parameter.name} of {length} characters",
            parameter.pointer("examples"),
            "add an example that is one condition and ends with a text in double quotes",
        )
    return text


def _join_conditions(condition: str, length: int) -> str:
    """Join copies of a condition with padded operands; the last copy fills the remaining length."""
    joint = " AND "
    parts: list[str] = []
    remaining = length
    while remaining > len(condition) + _MAX_OPERAND_LENGTH + len(joint) + len(condition):
        parts.append(_pad_operand(condition, len(condition) + _MAX_OPERAND_LENGTH))
        remaining -= len(parts[-1]) + len(joint)
    return joint.join([*parts, _pad_operand(condition, remaining)])


def _pad_operand(condition: str, length: int) -> str:
    return f"{condition[:-1]}{_FILLER * (length - len(condition))}{condition[-1]}"
