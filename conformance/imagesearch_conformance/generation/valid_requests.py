"""Strategies for requests that keep every rule of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.generation.filters import filter_texts
from imagesearch_conformance.generation.texts import texts

RequestParameters = dict[str, Any]


def valid_requests(
    contract: Contract, required: tuple[str, ...], fixed_values: Mapping[str, Any]
) -> st.SearchStrategy[RequestParameters]:
    """Requests with the parameters that are needed, those named in `required`, and others by chance."""
    for name in (*required, *fixed_values):
        _check_parameter_name(contract, name)
    return _draw_request(_RequestStrategies(contract, frozenset(required), fixed_values))


@frozen(eq=False, repr=False)
class _RequestStrategies:
    contract: Contract
    required: frozenset[str]
    fixed_values: Mapping[str, Any]

    @property
    def drawing_order(self) -> list[Parameter]:
        """The parameters in the order in which they are drawn: what the last may be depends on those before."""
        start = self.contract.window.start_parameter
        return sorted(self.contract.parameters, key=lambda one: one.name == start)

    def required_names(self, values: RequestParameters) -> frozenset[str]:
        """What has to be there: what is required, and an end of the window where its default lies beyond."""
        start, count = self.contract.window.start_parameter, self.contract.window.count_parameter
        far = start in values and self._max_window_value(count, values, frozenset()) < self._default_value(count)
        always = {one.name for one in self.contract.parameters if one.required}
        return self.required | always | ({count} if far else set())

    def unset_names(self, values: RequestParameters) -> list[str]:
        """The parameters that are still to be chosen."""
        return [one.name for one in self.contract.parameters if one.name not in values]

    def parameter_values(
        self, name: str, values: RequestParameters, present_names: frozenset[str]
    ) -> st.SearchStrategy[Any]:
        """The values that a parameter may have beside others that are known, or will be there."""
        parameter, window = self.contract.parameter(name), self.contract.window
        if name not in {window.start_parameter, window.count_parameter}:
            return _values_by_name(self.contract)[name]
        least, most = parameter.minimum or 0, self._max_window_value(name, values, present_names)
        furthest = max(least, most if parameter.maximum is None else min(most, parameter.maximum))
        return st.one_of(st.integers(least, furthest), st.just(furthest))

    def _max_window_value(self, name: str, values: RequestParameters, present_names: frozenset[str]) -> int:
        """The greatest value of one end of the window beside the other."""
        window = self.contract.window
        other = window.start_parameter if name == window.count_parameter else window.count_parameter
        taken = (self.contract.parameter(other).minimum or 0) if other in present_names else self._default_value(other)
        return window.maximum - _integer_or_default(values.get(other), taken)

    def _default_value(self, name: str) -> int:
        return _integer_or_default(self.contract.parameter(name).default, 0)


@st.composite
def _draw_request(draw: st.DrawFn, strategies: _RequestStrategies) -> RequestParameters:
    found = {
        name: draw(one) if isinstance(one, st.SearchStrategy) else one for name, one in strategies.fixed_values.items()
    }
    needed = strategies.required_names(found)
    present = frozenset(name for name in strategies.unset_names(found) if name in needed or draw(st.booleans()))
    for one in strategies.drawing_order:
        if one.name in present:
            found[one.name] = draw(strategies.parameter_values(one.name, found, present))
    known = [one.name for one in strategies.contract.parameters]
    return {name: found[name] for name in known if found.get(name) is not None}


@lru_cache(maxsize=4)
def _values_by_name(contract: Contract) -> Mapping[str, st.SearchStrategy[Any]]:
    """The values of every parameter by itself."""
    return {one.name: _valid_values(contract, one) for one in contract.parameters}


def _valid_values(contract: Contract, parameter: Parameter) -> st.SearchStrategy[Any]:
    """The values of a parameter by itself that keep its rules and are written as the page writes them."""
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
    # An optional parameter without any text counts as left out.
    return texts(parameter.min_length or 1, parameter.max_length, parameter.examples)


def _is_valid_text(parameter: Parameter, text: str) -> bool:
    fits = (parameter.min_length or 1) <= len(text) <= (parameter.max_length or len(text))
    return fits and parameter.matches_pattern(text)


def _integer_or_default(value: object, default: int) -> int:
    return value if isinstance(value, int) else default


def _check_parameter_name(contract: Contract, name: str) -> None:
    names: Iterable[str] = [one.name for one in contract.parameters]
    if name not in names:
        close = get_close_matches(name, names, 1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
        raise InvalidInput(f"the contract has no parameter {name!r}", "requests", hint)
