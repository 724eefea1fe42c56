"""What every generator of cases works with: the contract, the target, and valid requests to start from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import Provoked
from imagesearch_conformance.contract.parameters import Parameter, written
from imagesearch_conformance.model.case import Case, Mutation, Probe, Request, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target

#: A value of an attribute.
Value = int | str

#: Statuses from here on blame the server (RFC 9110 section 15.6).
_SERVER_ERRORS = 500


@frozen
class Workshop:
    """A contract and a target with what was learned of it; the seed varies what names absent things."""

    contract: Contract
    target: Target
    survey: Survey
    seed: int = 0

    @property
    def absent(self) -> str:
        """A name that no data set is expected to hold, the same for the same seed."""
        return f"absent-{self.seed:08x}"

    @property
    def image(self) -> Image:
        """The image that requests name unless a case needs another."""
        known = (*self.survey.images, *self.target.instance.images)
        return known[0] if known else Image(self.absent, self.absent)

    @property
    def product(self) -> bool:
        """Whether the instance that most cases use is one of products."""
        return self.target.instance.type is InstanceType.PRODUCT

    @property
    def most(self) -> int:
        """The most entries that one request may ask for."""
        return self.contract.parameter(self.contract.window.count).maximum or 1

    @cached_property
    def shown(self) -> Mapping[str, Sequence[Value]]:
        """The values of each attribute that the ranking shows and a filter can take, repeats included."""
        return {name: self._shown(name) for name in self.contract.filters.attributes}

    def _shown(self, attribute: str) -> Sequence[Value]:
        found = (entry.attribute(attribute) for entry in self.survey.entries)
        return [one for one in found if one is not None and self._writable(one)]

    def _writable(self, value: Value) -> bool:
        """Whether a filter can be expected to take the value: several of them fit, and no source leaves it open."""
        if self.contract.filter is None or not self.contract.filters.decided(value):
            return False
        if isinstance(value, int):
            return True
        limit = self.contract.filter.max_length or len(value)
        return '"' not in value and len(value) <= limit // 4

    @cached_property
    def _plain(self) -> Request:
        return self._required(self.target.instance, self.image)

    def request(
        self,
        given: Mapping[str, str | None] = MappingProxyType({}),
        *,
        instance: Instance | None = None,
        image: Image | None = None,
    ) -> Request:
        """A valid request with the required parameters, and those given; None leaves one out."""
        if instance is None and image is None:
            return self._plain.having(given) if given else self._plain
        where = instance or self.target.instance
        what = image or (where.images[0] if instance and where.images else self.image)
        return self._required(where, what).having(given)

    def _required(self, where: Instance, what: Image) -> Request:
        values = {
            self.contract.instance: where.name,
            **dict(zip(self.contract.image.parameters, (what.product_id, what.pic_name), strict=True)),
        }
        required = {one.name: values.get(one.name, example(one)) for one in self.contract.parameters if one.required}
        protocol = self.contract.protocol
        return Request(protocol.action, protocol.version, tuple(required.items()))

    def filtering(self, text: str) -> dict[str, str]:
        """A filter as a parameter; nothing where the contract has none."""
        return {self.contract.filter.name: text} if self.contract.filter else {}

    def accepted(self, case_id: str, title: str, request: Request, *requirements: str) -> Case:
        """A case whose one request is valid and has to be answered with success."""
        expectation = Expectation.of(self.contract.accepted())
        return Case(case_id, title, named(case_id, requirements), (Probe(request),), expectation)

    def refused(
        self,
        case_id: str,
        title: str,
        request: Request,
        violations: Iterable[Violation],
        mutation: Mutation | None = None,
    ) -> Case:
        """A case whose one request breaks exactly these rules and has to be refused."""
        broken = frozenset(violations)
        expectation = Expectation.of(
            *(one for violation in sorted(broken, key=str) for one in self.contract.refusals(violation))
        )
        return Case(case_id, title, named(case_id), (Probe(request),), expectation, broken, mutation)

    def either(self, case_id: str, title: str, request: Request) -> Case:
        """A case on which the page is silent: success and every known refusal of a client are right."""
        return Case(case_id, title, named(case_id), (Probe(request),), anything_known(self.contract))

    def inapplicable(self, case_id: str, title: str, reason: str) -> Case:
        """A case that this target cannot be asked, with the reason."""
        return Case(case_id, title, named(case_id), (), Expectation(()), inapplicable=reason)


def named(case_id: str, requirements: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The requirements of a case: those given, else the one that its id begins with."""
    return requirements or (case_id.partition("/")[0],)


def example(parameter: Parameter) -> str:
    """A valid value of a parameter: its first example, else its default, a bound, or text of the right length."""
    stated = (*parameter.examples, parameter.default, *parameter.enum, parameter.minimum, parameter.maximum)
    found = next((one for one in stated if one is not None), None)
    if found is not None:
        return written(found)
    if parameter.boolean:
        return written(value=True)
    return "1" if parameter.integer else "a" * (parameter.min_length or 1)


def anything_known(contract: Contract) -> Expectation:
    """Success, or any refusal in the tables that blames the request: not the server, the key or the rate."""
    why = "the page is silent here"
    keys = {code for codes in contract.protocol.authentication_refusals.values() for code in codes.all}
    keys -= {row.code for row in contract.errors.rows if row.general}
    refusals = (
        Acceptance(status, row.code, Grade.DOCUMENTED, why)
        for row in contract.errors.rows
        if row.provoked not in {Provoked.RATE, Provoked.PERMISSION} and row.code not in keys
        for status in (row.status, *row.statuses)
        if status < _SERVER_ERRORS
    )
    return Expectation.of(contract.accepted(why=why), *refusals)
