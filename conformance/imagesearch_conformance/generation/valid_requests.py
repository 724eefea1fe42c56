"""Strategies for valid requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.generation.filters import filter_texts
from imagesearch_conformance.generation.values import texts

RequestParameters = dict[str, Any]


@frozen(eq=False, repr=False)
class ValidRequestStrategies:
    """Strategies for the valid requests of a contract."""

    contract: Contract

    def requests(
        self, required: tuple[str, ...], fixed_values: Mapping[str, Any]
    ) -> st.SearchStrategy[RequestParameters]:
        """Return requests with the required parameters, those named in `required`, and random others."""
        for name in (*required, *fixed_values):
            _check_parameter_name(self.contract, name)
        return _draw_request(_RequestStrategies(self.contract, self._values_by_name, frozenset(required), fixed_values))

    @cached_property
    def _values_by_name(self) -> Mapping[str, st.SearchStrategy[Any]]:
        """The valid values of each parameter alone."""
        return {parameter.name: _valid_values(self.contract, parameter) for parameter in self.contract.parameters}


@frozen(eq=False, repr=False)
class _RequestStrategies:
    contract: Contract
    values_by_name: Mapping[str, st.SearchStrategy[Any]]
    required: frozenset[str]
    fixed_values: Mapping[str, Any]

    @property
    def drawing_order(self) -> list[Parameter]:
        """The parameters, with the start of the page last: its maximum depends on the length of the page."""
        start = self.contract.window.start_parameter
        return sorted(self.contract.parameters, key=lambda parameter: parameter.name == start)

    def required_names(self, values: RequestParameters) -> frozenset[str]:
        """Return the required parameters, and the length of the page where its default would exceed the window."""
        start, count = self.contract.window.start_parameter, self.contract.window.count_parameter
        exceeds = start in values and self._max_window_value(count, values, frozenset()) < self._default_value(count)
        always = {parameter.name for parameter in self.contract.parameters if parameter.required}
        return self.required | always | ({count} if exceeds else set())

    def unset_names(self, values: RequestParameters) -> list[str]:
        return [parameter.name for parameter in self.contract.parameters if parameter.name not in values]

    def parameter_values(
        self, name: str, values: RequestParameters, present_names: frozenset[str]
    ) -> st.SearchStrategy[Any]:
        """Return the values of a parameter that are valid with `values` and the parameters that will be present."""
        parameter, window = self.contract.parameter(name), self.contract.window
        if name not in {window.start_parameter, window.count_parameter}:
            return self.values_by_name[name]
        minimum, limit = parameter.minimum or 0, self._max_window_value(name, values, present_names)
        maximum = max(minimum, limit if parameter.maximum is None else min(limit, parameter.maximum))
        return st.one_of(st.integers(minimum, maximum), st.just(maximum))

    def _max_window_value(self, name: str, values: RequestParameters, present_names: frozenset[str]) -> int:
        """Return the maximum of the start or the length of a page, given the other."""
        window = self.contract.window
        other = window.start_parameter if name == window.count_parameter else window.count_parameter
        minimum = self.contract.parameter(other).minimum or 0
        default = minimum if other in present_names else self._default_value(other)
        return window.maximum - _integer_or_default(values.get(other), default)

    def _default_value(self, name: str) -> int:
        return _integer_or_default(self.contract.parameter(name).default, 0)


@st.composite
def _draw_request(draw: st.DrawFn, strategies: _RequestStrategies) -> RequestParameters:
    values = {
        name: draw(value) if isinstance(value, st.SearchStrategy) else value
        for name, value in strategies.fixed_values.items()
    }
    required = strategies.required_names(values)
    present = frozenset(name for name in strategies.unset_names(values) if name in required or draw(st.booleans()))
    for parameter in strategies.drawing_order:
        if parameter.name in present:
            values[parameter.name] = draw(strategies.parameter_values(parameter.name, values, present))
    names = [parameter.name for parameter in strategies.contract.parameters]
    return {name: values[name] for name in names if values.get(name) is not None}


def _valid_values(contract: Contract, parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.enum:
        return st.sampled_from(parameter.enum)
    if parameter.is_integer:
        return st.integers(parameter.minimum, parameter.maximum)
    if parameter.is_boolean:
        return st.booleans()
    if parameter.is_filter:
        return filter_texts(contract)
    if parameter.pattern is not None:
        return st.from_regex(parameter.pattern, fullmatch=True).filter(lambda text: _is_valid_text(parameter, text))
    # An empty optional parameter counts as left out.
    return texts(parameter.min_length or 1, parameter.max_length, parameter.examples)


def _is_valid_text(parameter: Parameter, text: str) -> bool:
    fits = (parameter.min_length or 1) <= len(text) <= (parameter.max_length or len(text))
    return fits and parameter.matches_pattern(text)


def _integer_or_default(value: object, default: int) -> int:
    return value if isinstance(value, int) else default


def _check_parameter_name(contract: Contract, name: str) -> None:
    names: Iterable[str] = [parameter.name for parameter in contract.parameters]
    if name not in names:
        close = get_close_matches(name, names, 1)
        hint = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(names)}"
        raise InvalidInput(f"unknown parameter {name!r}", "requests", hint)
