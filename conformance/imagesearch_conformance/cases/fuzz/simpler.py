"""Requests a little simpler than a given one: what Hypothesis leaves because it knows no plain request."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.fuzz.operands import parsed
from imagesearch_conformance.cases.fuzz.wire import Wire
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.filters.conditions import Condition, Membership, Single
from imagesearch_conformance.filters.rendering import render

#: An integer of so many digits may be made smaller step by step.
_DIGITS = 18


def simpler(contract: Contract, plain: Wire, given: Wire) -> Iterator[Wire]:
    """Requests with one thing fewer to say than the given one, the simplest first."""
    names = [name for name in {**plain, **given} if given.get(name) != plain.get(name)]
    for name in names:
        yield _with(given, name, plain.get(name))
    for parameter in contract.parameters:
        if parameter.name in names and parameter.name in given:
            for text in _shorter(contract, parameter, given[parameter.name]):
                yield _with(given, parameter.name, text)


def _with(given: Wire, name: str, text: str | None) -> Wire:
    rest = {one: value for one, value in given.items() if one != name}
    return rest if text is None else {**rest, name: text}


def _shorter(contract: Contract, parameter: Parameter, text: str) -> Iterator[str]:
    condition = parsed(contract, text) if parameter.filter else None
    if condition is not None:
        yield from map(render, _parts(condition))
    elif parameter.integer and text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        least, value = parameter.minimum or 0, int(text)
        closer = (least, (least + value) // 2, value - (value - least) // 4, value - 1)
        yield from (str(one) for one in dict.fromkeys(closer) if least <= one < value)
    else:
        half = len(text) // 2
        yield from (one for one in (text[:half], text[half:], text[:-1]) if len(one) < len(text))


def _parts(condition: Condition) -> Iterator[Condition]:
    """The condition without one of those that it joins."""
    if isinstance(condition, Membership):
        rest = [
            condition.operands[:place] + condition.operands[place + 1 :] for place in range(len(condition.operands))
        ]
        halves = [condition.operands[: len(rest) // 2], condition.operands[len(rest) // 2 :]]
        yield from (evolve(condition, operands=one) for one in (*halves, *rest) if one and one != condition.operands)
    if isinstance(condition, Single):
        return
    kind = type(condition)
    yield from (condition.left, condition.right)
    yield from (kind(part, condition.right) for part in _parts(condition.left))
    yield from (kind(condition.left, part) for part in _parts(condition.right))
