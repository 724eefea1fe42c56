"""Simplification of requests towards the minimal request, which Hypothesis does not know."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.filters.ast import AttributeCondition, Condition, MembershipNode
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.generation.filter_status import parse_filter
from imagesearch_conformance.generation.form_encoding import WireParameters

#: Integers with more digits are not simplified as numbers.
_MAX_DIGITS = 18


def simpler_requests(
    contract: Contract, minimal: WireParameters, parameters: WireParameters
) -> Iterator[WireParameters]:
    """Yield requests that are one step closer to the minimal request, the simplest first."""
    names = [name for name in {**minimal, **parameters} if parameters.get(name) != minimal.get(name)]
    for name in names:
        yield _with_parameter(parameters, name, minimal.get(name))
    for parameter in contract.parameters:
        if parameter.name in names and parameter.name in parameters:
            for text in _simpler_values(contract, parameter, parameters[parameter.name]):
                yield _with_parameter(parameters, parameter.name, text)


def _with_parameter(parameters: WireParameters, name: str, new_value: str | None) -> WireParameters:
    rest = {other: value for other, value in parameters.items() if other != name}
    return rest if new_value is None else {**rest, name: new_value}


def _simpler_values(contract: Contract, parameter: Parameter, text: str) -> Iterator[str]:
    condition = parse_filter(contract, text) if parameter.is_filter else None
    if condition is not None:
        yield from map(render, _simpler_conditions(condition))
    elif parameter.is_integer and text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS:
        minimum, value = parameter.minimum or 0, int(text)
        smaller = (minimum, (minimum + value) // 2, value - (value - minimum) // 4, value - 1)
        yield from (str(candidate) for candidate in dict.fromkeys(smaller) if minimum <= candidate < value)
    else:
        half = len(text) // 2
        yield from (part for part in (text[:half], text[half:], text[:-1]) if len(part) < len(text))


def _simpler_conditions(condition: Condition) -> Iterator[Condition]:
    """Yield the condition without one of its parts."""
    if isinstance(condition, MembershipNode):
        operands, count = condition.operands, len(condition.operands)
        halves = [operands[: count // 2], operands[count // 2 :]]
        rest = [operands[:index] + operands[index + 1 :] for index in range(count)]
        yield from (evolve(condition, operands=part) for part in (*halves, *rest) if part and part != operands)
    if isinstance(condition, AttributeCondition):
        return
    join = type(condition)
    yield from (condition.left, condition.right)
    yield from (join(part, condition.right) for part in _simpler_conditions(condition.left))
    yield from (join(condition.left, part) for part in _simpler_conditions(condition.right))
