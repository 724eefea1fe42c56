"""What every generator of cases works with: the contract, the target, and valid requests to start from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.model.case import Case, Mutation, Probe, Request, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target

#: A value of an attribute.
AttributeValue = int | str

#: Statuses from here on blame the server (RFC 9110 section 15.6).
_FIRST_SERVER_ERROR = 500


@frozen
class CaseBuilder:
    """A contract and a target with what was learned of it; the seed varies what names absent things."""

    contract: Contract
    target: Target
    survey: Survey
    seed: int = 0

    @property
    def missing_name(self) -> str:
        """A name that no data set is expected to hold, the same for the same seed."""
        return f"absent-{self.seed:08x}"

    @property
    def image(self) -> Image:
        """The image that requests name unless a case needs another."""
        known = (*self.survey.images, *self.target.instance.images)
        return known[0] if known else Image(self.missing_name, self.missing_name)

    @property
    def has_product_instance(self) -> bool:
        """Whether the instance that most cases use is one of products."""
        return self.target.instance.type is InstanceType.PRODUCT

    @property
    def max_page_size(self) -> int:
        """The most entries that one request may ask for."""
        return self.contract.parameter(self.contract.window.count_parameter).maximum or 1

    @cached_property
    def filterable_values(self) -> Mapping[str, Sequence[AttributeValue]]:
        """The values of each attribute that the ranking shows and a filter can take, repeats included."""
        return {name: self._select_filterable_values(name) for name in self.contract.filter_rules.attributes}

    def _select_filterable_values(self, attribute: str) -> Sequence[AttributeValue]:
        found = (entry.attribute(attribute) for entry in self.survey.entries)
        return [one for one in found if one is not None and self._is_filterable(one)]

    def _is_filterable(self, value: AttributeValue) -> bool:
        """Whether a filter can be expected to take the value: several of them fit, and no source leaves it open."""
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
        """A valid request with the required parameters, and those given; None leaves one out."""
        if instance is None and image is None:
            return self._minimal_request.with_parameters(parameters) if parameters else self._minimal_request
        where = instance or self.target.instance
        what = image or (where.images[0] if instance and where.images else self.image)
        return self._build_minimal_request(where, what).with_parameters(parameters)

    def _build_minimal_request(self, instance: Instance, image: Image) -> Request:
        values = {
            self.contract.instance_parameter: instance.name,
            **dict(zip(self.contract.image.parameters, (image.product_id, image.pic_name), strict=True)),
        }
        required = {
            one.name: values.get(one.name, example_value(one)) for one in self.contract.parameters if one.required
        }
        protocol = self.contract.protocol
        return Request(protocol.action, protocol.version, tuple(required.items()))

    def filter_parameter(self, text: str) -> dict[str, str]:
        """A filter as a parameter; nothing where the contract has none."""
        return {self.contract.filter_parameter.name: text} if self.contract.filter_parameter else {}

    def success_case(self, case_id: str, title: str, request: Request, *requirements: str) -> Case:
        """A case whose one request is valid and has to be answered with success."""
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
        """A case whose one request breaks exactly these rules and has to be refused."""
        broken = frozenset(violations)
        expectation = Expectation.from_acceptances(
            *(one for violation in sorted(broken, key=str) for one in self.contract.error_acceptances(violation))
        )
        return Case(case_id, title, requirement_ids(case_id), (Probe(request),), expectation, broken, mutation)

    def unspecified_case(self, case_id: str, title: str, request: Request) -> Case:
        """A case on which the page is silent: success and every known refusal of a client are right."""
        return Case(case_id, title, requirement_ids(case_id), (Probe(request),), any_documented_outcome(self.contract))

    def not_applicable_case(self, case_id: str, title: str, reason: str) -> Case:
        """A case that this target cannot be asked, with the reason."""
        return Case(case_id, title, requirement_ids(case_id), (), Expectation(()), not_applicable_reason=reason)


def requirement_ids(case_id: str, requirements: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The requirements of a case: those given, else the one that its id begins with."""
    return requirements or (case_id.partition("/")[0],)


def example_value(parameter: Parameter) -> str:
    """A valid value of a parameter: its first example, else its default, a bound, or text of the right length."""
    stated = (*parameter.examples, parameter.default, *parameter.enum, parameter.minimum, parameter.maximum)
    found = next((one for one in stated if one is not None), None)
    if found is not None:
        return to_wire_value(found)
    if parameter.is_boolean:
        return to_wire_value(value=True)
    return "1" if parameter.is_integer else "a" * (parameter.min_length or 1)


def any_documented_outcome(contract: Contract) -> Expectation:
    """Success, or any refusal in the tables that blames the request: not the server, the key or the rate."""
    why = "the page is silent here"
    keys = {code for codes in contract.protocol.authentication_error_codes.values() for code in codes.all}
    keys -= {row.code for row in contract.errors.rows if row.general_keywords}
    refusals = (
        Acceptance(status, row.code, Grade.DOCUMENTED, why)
        for row in contract.errors.rows
        if row.trigger not in {ErrorTrigger.RATE_LIMIT, ErrorTrigger.PERMISSION} and row.code not in keys
        for status in (row.status, *row.tolerated_statuses)
        if status < _FIRST_SERVER_ERROR
    )
    return Expectation.from_acceptances(contract.success_acceptance(reason=why), *refusals)
