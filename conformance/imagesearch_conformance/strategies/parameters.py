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
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.strategies.conditions import filter_texts
from imagesearch_conformance.strategies.texts import texts

Request = dict[str, Any]


def valid_requests(
    contract: Contract, required: tuple[str, ...], given: Mapping[str, Any]
) -> st.SearchStrategy[Request]:
    """Requests with the parameters that are needed, those named in `required`, and others by chance."""
    for name in (*required, *given):
        _known(contract, name)
    return _drawn(_Requests(contract, frozenset(required), given))


@frozen(eq=False, repr=False)
class _Requests:
    contract: Contract
    required: frozenset[str]
    given: Mapping[str, Any]

    @property
    def order(self) -> list[Parameter]:
        """The parameters in the order in which they are drawn: what the last may be depends on those before."""
        start = self.contract.window.start
        return sorted(self.contract.parameters, key=lambda one: one.name == start)

    def needed(self, fixed: Request) -> frozenset[str]:
        """What has to be there: what is required, and an end of the window where its default lies beyond."""
        start, count = self.contract.window.start, self.contract.window.count
        far = start in fixed and self._room(count, fixed, frozenset()) < self._default(count)
        always = {one.name for one in self.contract.parameters if one.required}
        return self.required | always | ({count} if far else set())

    def free(self, fixed: Request) -> list[str]:
        """The parameters that are still to be chosen."""
        return [one.name for one in self.contract.parameters if one.name not in fixed]

    def value(self, name: str, fixed: Request, present: frozenset[str]) -> st.SearchStrategy[Any]:
        """The values that a parameter may have beside others that are known, or will be there."""
        parameter, window = self.contract.parameter(name), self.contract.window
        if name not in {window.start, window.count}:
            return _values(self.contract)[name]
        least, most = parameter.minimum or 0, self._room(name, fixed, present)
        furthest = max(least, most if parameter.maximum is None else min(most, parameter.maximum))
        return st.one_of(st.integers(least, furthest), st.just(furthest))

    def _room(self, name: str, fixed: Request, present: frozenset[str]) -> int:
        """The greatest value of one end of the window beside the other."""
        window = self.contract.window
        other = window.start if name == window.count else window.count
        taken = (self.contract.parameter(other).minimum or 0) if other in present else self._default(other)
        return window.maximum - _integer(fixed.get(other), taken)

    def _default(self, name: str) -> int:
        return _integer(self.contract.parameter(name).default, 0)


@st.composite
def _drawn(draw: st.DrawFn, made: _Requests) -> Request:
    found = {name: draw(one) if isinstance(one, st.SearchStrategy) else one for name, one in made.given.items()}
    needed = made.needed(found)
    present = frozenset(name for name in made.free(found) if name in needed or draw(st.booleans()))
    for one in made.order:
        if one.name in present:
            found[one.name] = draw(made.value(one.name, found, present))
    known = [one.name for one in made.contract.parameters]
    return {name: found[name] for name in known if found.get(name) is not None}


@lru_cache(maxsize=4)
def _values(contract: Contract) -> Mapping[str, st.SearchStrategy[Any]]:
    """The values of every parameter by itself."""
    return {one.name: _value_of(contract, one) for one in contract.parameters}


def _value_of(contract: Contract, parameter: Parameter) -> st.SearchStrategy[Any]:
    """The values of a parameter by itself that keep its rules and are written as the page writes them."""
    if parameter.enum:
        return st.sampled_from(parameter.enum)
    if parameter.integer:
        return st.integers(parameter.minimum, parameter.maximum)
    if parameter.boolean:
        return st.booleans()
    if parameter.filter:
        return filter_texts(contract)
    if parameter.pattern is not None:
        return st.from_regex(parameter.pattern, fullmatch=True).filter(lambda text: _sound(parameter, text))
    # An optional parameter without any text counts as left out.
    return texts(parameter.min_length or 1, parameter.max_length, parameter.examples)


def _sound(parameter: Parameter, text: str) -> bool:
    fits = (parameter.min_length or 1) <= len(text) <= (parameter.max_length or len(text))
    return fits and parameter.allows(text)


def _integer(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _known(contract: Contract, name: str) -> None:
    names: Iterable[str] = [one.name for one in contract.parameters]
    if name not in names:
        close = get_close_matches(name, names, 1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
        raise BadInput(f"the contract has no parameter {name!r}", "requests", hint)
