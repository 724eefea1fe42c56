"""The operation behind the gateway: validation of parameters and the query built from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE, WINDOW
from imagesearch_conformance.emulator.parameter_roles import KNOWN, ParameterRoles
from imagesearch_conformance.emulator.search import Query
from imagesearch_conformance.emulator.settings import Behaviour, WindowOverflow
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.validation import ParameterValidator
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import InstanceType
from imagesearch_conformance.signing.encoding import Pairs

#: Longer parameters, in characters, are not cached, so that the cache stays small.
_MAX_CACHED_LENGTH = 2048

#: The maximum number of cached requests.
_MAX_CACHED_QUERIES = 512


@frozen
class ValidatedQuery:
    """The violations of parameters, first by parameter and then by combination, and the query."""

    violations: tuple[Violation, ...]
    query: Query


@frozen
class Operation:
    """Validates parameters and converts them to a query.

    Results for short parameters are cached, since clients under test repeat their requests.
    """

    contract: Contract
    roles: ParameterRoles
    store: Store
    validator: ParameterValidator
    behaviour: Behaviour
    _parameter_names: frozenset[str] = field(init=False)
    _validate_cached: Callable[[Pairs], ValidatedQuery] = field(init=False, eq=False, repr=False)

    @_parameter_names.default
    def _default_parameter_names(self) -> frozenset[str]:
        components = self.contract.spec_files.resolve("openapi.yaml#/components")
        described = (*components["parameters"].values(), *components["securitySchemes"].values())
        common = {parameter["name"] for parameter in described if parameter["in"] == "query"}
        return frozenset(common | {parameter.name for parameter in self.contract.parameters})

    @_validate_cached.default
    def _default_validate_cached(self) -> Callable[[Pairs], ValidatedQuery]:
        return lru_cache(_MAX_CACHED_QUERIES)(self._validate_uncached)

    def has_unknown_parameter(self, raw_values: Mapping[str, str]) -> bool:
        return self.behaviour.reject_unknown_parameters and not self._parameter_names.issuperset(raw_values)

    def validate(self, raw_values: Mapping[str, str]) -> ValidatedQuery:
        """Return the violations and the query of parameters; never raises."""
        pairs = tuple(raw_values.items())
        is_short = sum(len(name) + len(value) for name, value in pairs) <= _MAX_CACHED_LENGTH
        return self._validate_cached(pairs) if is_short else self._validate_uncached(pairs)

    def _validate_uncached(self, pairs: Pairs) -> ValidatedQuery:
        raw_values = dict(pairs)
        return ValidatedQuery(tuple(self._violations(raw_values)), self._build_query(raw_values))

    def _violations(self, raw_values: Mapping[str, str]) -> Iterator[Violation]:
        values = self.validator.parse_values(raw_values)
        is_generic = self._is_generic(values)
        for violation in self.validator.violations(raw_values):
            if not (is_generic and violation.parameter == self.roles.category):
                yield violation
        if (
            self.behaviour.window_overflow is WindowOverflow.REJECT
            and self._page_end(values) > self.contract.window.maximum
        ):
            yield Violation(WINDOW, "maximum")
        instance = values.get(self.roles.instance)
        if instance and self.store.instance_type(str(instance)) is None:
            yield Violation(self.roles.instance, KNOWN)

    def _build_query(self, raw_values: Mapping[str, str]) -> Query:
        """Return the query; never raises, since faults let invalid values pass."""
        values = self.validator.parse_values(raw_values)
        return Query(
            instance=str(values.get(self.roles.instance) or next(iter(self.store.dataset.instances))),
            product_id=str(values.get(self.roles.product, "")),
            pic_name=str(values.get(self.roles.picture, "")),
            category=self._category(values),
            start=_integer_value(values, self.roles.start),
            count=_integer_value(values, self.roles.count),
            limit=self.contract.window.maximum,
            missing_as_blank=self.behaviour.missing_attributes_as_blank,
            condition=self.validator.parse_filter(str(values.get(self.roles.filter or "", ""))),
            threshold=_parse_float(values.get(self.roles.threshold or "")),
            distinct=values.get(self.roles.distinct or "") is True,
            distinct_per_page=self.behaviour.distinct_per_page,
        )

    def image_violations(self, query: Query) -> Iterator[Violation]:
        """Yield the violation of an image that has to exist and does not."""
        if self.behaviour.missing_image_grade is None:
            return
        if self.store.image(query.instance, query.product_id, query.pic_name) is None:
            yield Violation(IMAGE, KNOWN)

    def _is_generic(self, values: Mapping[str, Any]) -> bool:
        instance = values.get(self.roles.instance, "")
        return self.store.instance_type(instance) is InstanceType.GENERIC

    def _category(self, values: Mapping[str, Any]) -> int | None:
        if self._is_generic(values):
            return self.contract.category.generic_category
        category = values.get(self.roles.category)
        return None if category is None else int(category)

    def _page_end(self, values: Mapping[str, Any]) -> int:
        return _integer_value(values, self.roles.start) + _integer_value(values, self.roles.count)


def _integer_value(values: Mapping[str, Any], name: str) -> int:
    return int(values.get(name, 0))


def _parse_float(value: object) -> float:
    """Return the value of a decimal number, zero for anything else."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0
