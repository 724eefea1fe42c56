"""Requests a little simpler than a given one: what Hypothesis leaves because it knows no plain request."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.filters.ast import AttributeCondition, Condition, MembershipNode, render
from imagesearch_conformance.generation.filter_status import parse_filter
from imagesearch_conformance.generation.form_encoding import WireParameters

#: An integer of so many digits may be made smaller step by step.
_MAX_DIGITS = 18


def simpler_requests(
    contract: Contract, minimal: WireParameters, parameters: WireParameters
) -> Iterator[WireParameters]:
    """Requests with one thing fewer to say than the given one, the simplest first."""
    names = [name for name in {**minimal, **parameters} if parameters.get(name) != minimal.get(name)]
    for name in names:
        yield _with_parameter(parameters, name, minimal.get(name))
    for parameter in contract.parameters:
        if parameter.name in names and parameter.name in parameters:
            for text in _simpler_values(contract, parameter, parameters[parameter.name]):
                yield _with_parameter(parameters, parameter.name, text)


def _with_parameter(parameters: WireParameters, name: str, new_value: str | None) -> WireParameters:
    rest = {one: value for one, value in parameters.items() if one != name}
    return rest if new_value is None else {**rest, name: new_value}


def _simpler_values(contract: Contract, parameter: Parameter, text: str) -> Iterator[str]:
    condition = parse_filter(contract, text) if parameter.is_filter else None
    if condition is not None:
        yield from map(render, _simpler_conditions(condition))
    elif parameter.is_integer and text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS:
        least, value = parameter.minimum or 0, int(text)
        closer = (least, (least + value) // 2, value - (value - least) // 4, value - 1)
        yield from (str(one) for one in dict.fromkeys(closer) if least <= one < value)
    else:
        half = len(text) // 2
        yield from (one for one in (text[:half], text[half:], text[:-1]) if len(one) < len(text))


def _simpler_conditions(condition: Condition) -> Iterator[Condition]:
    """The condition without one of those that it joins."""
    if isinstance(condition, MembershipNode):
        rest = [
            condition.operands[:place] + condition.operands[place + 1 :] for place in range(len(condition.operands))
        ]
        halves = [condition.operands[: len(rest) // 2], condition.operands[len(rest) // 2 :]]
        yield from (evolve(condition, operands=one) for one in (*halves, *rest) if one and one != condition.operands)
    if isinstance(condition, AttributeCondition):
        return
    kind = type(condition)
    yield from (condition.left, condition.right)
    yield from (kind(part, condition.right) for part in _simpler_conditions(condition.left))
    yield from (kind(condition.left, part) for part in _simpler_conditions(condition.right))
