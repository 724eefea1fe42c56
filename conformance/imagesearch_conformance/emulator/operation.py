"""The operation behind the gateway: which parameters may be given, and what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE, WINDOW
from imagesearch_conformance.emulator.behaviour import Behaviour, Overflow
from imagesearch_conformance.emulator.roles import KNOWN, Roles
from imagesearch_conformance.emulator.search import Query
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.validation import Validation
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import InstanceType
from imagesearch_conformance.signing.encoding import Pairs

#: Parameters of more characters are looked at anew each time, so that what is remembered stays small.
_SHORT = 2048

#: How many different requests are remembered.
_MANY = 512


@frozen
class Asked:
    """What parameters break, each rule by itself and then together, and what they ask for."""

    violations: tuple[Violation, ...]
    query: Query


@frozen
class Operation:
    """Validates parameters, the first value of each name, and turns them into a query.

    What short ones come to is remembered: clients under test ask for the same again and again.
    """

    contract: Contract
    roles: Roles
    store: Store
    validation: Validation
    behaviour: Behaviour
    _names: frozenset[str] = field(init=False)
    _remembered: Callable[[Pairs], Asked] = field(init=False, eq=False, repr=False)

    @_names.default
    def _known_names(self) -> frozenset[str]:
        components = self.contract.documents.at("openapi.yaml#/components")
        described = (*components["parameters"].values(), *components["securitySchemes"].values())
        common = {one["name"] for one in described if one["in"] == "query"}
        return frozenset(common | {parameter.name for parameter in self.contract.parameters})

    @_remembered.default
    def _remembering(self) -> Callable[[Pairs], Asked]:
        return lru_cache(_MANY)(self._asked)

    def unknown(self, given: Mapping[str, str]) -> bool:
        """Whether a parameter is given that may not be."""
        return self.behaviour.unknown_parameters_refused and not self._names.issuperset(given)

    def asked(self, given: Mapping[str, str]) -> Asked:
        """What the parameters come to; never fails."""
        pairs = tuple(given.items())
        short = sum(len(name) + len(value) for name, value in pairs) <= _SHORT
        return self._remembered(pairs) if short else self._asked(pairs)

    def _asked(self, pairs: Pairs) -> Asked:
        given = dict(pairs)
        return Asked(tuple(self._violations(given)), self._query(given))

    def _violations(self, given: Mapping[str, str]) -> Iterator[Violation]:
        values = self.validation.values(given)
        generic = self._is_generic(values)
        for violation in self.validation.violations(given):
            if not (generic and violation.parameter == self.roles.category):
                yield violation
        if self.behaviour.overflow is Overflow.REFUSED and self._reach(values) > self.contract.window.maximum:
            yield Violation(WINDOW, "maximum")
        instance = values.get(self.roles.instance)
        if instance and self.store.instance_type(str(instance)) is None:
            yield Violation(self.roles.instance, KNOWN)

    def _query(self, given: Mapping[str, str]) -> Query:
        """Never fails, since defects let wrong ones through."""
        values = self.validation.values(given)
        return Query(
            instance=str(values.get(self.roles.instance) or next(iter(self.store.dataset.instances))),
            product_id=str(values.get(self.roles.product, "")),
            pic_name=str(values.get(self.roles.picture, "")),
            category=self._category(values),
            start=_integer(values, self.roles.start),
            count=_integer(values, self.roles.count),
            limit=self.contract.window.maximum,
            blanks=self.behaviour.absent_as_blank,
            condition=self.validation.condition(str(values.get(self.roles.filter or "", ""))),
            threshold=_number(values.get(self.roles.threshold or "")),
            distinct=values.get(self.roles.distinct or "") is True,
            by_page=self.behaviour.distinct_by_page,
        )

    def image_violations(self, query: Query) -> Iterator[Violation]:
        """Whether the image has to be there and is not."""
        if self.behaviour.absent_image is None:
            return
        if self.store.image(query.instance, query.product_id, query.pic_name) is None:
            yield Violation(IMAGE, KNOWN)

    def _is_generic(self, values: Mapping[str, Any]) -> bool:
        instance = values.get(self.roles.instance, "")
        return self.store.instance_type(instance) is InstanceType.GENERIC

    def _category(self, values: Mapping[str, Any]) -> int | None:
        if self._is_generic(values):
            return self.contract.category.generic
        given = values.get(self.roles.category)
        return None if given is None else int(given)

    def _reach(self, values: Mapping[str, Any]) -> int:
        return _integer(values, self.roles.start) + _integer(values, self.roles.count)


def _integer(values: Mapping[str, Any], name: str) -> int:
    return int(values.get(name, 0))


def _number(value: object) -> float:
    """The value of a decimal number, zero for anything else."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0
