"""Valid requests at every bound of every parameter, and just inside it."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.cases.lengthening import lengthened
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Request

#: A character of several bytes: the page counts characters.
_WIDE = "\u56fe"


def boundary(shop: Workshop) -> Iterator[Case]:
    """All requests at a bound."""
    for parameter in shop.contract.parameters:
        if parameter.integer:
            yield from _bounds(shop, parameter)
            yield from _values(shop, parameter)
        elif parameter.max_length is not None:
            yield from _lengths(shop, parameter, parameter.max_length)
        if parameter.pattern is not None:
            yield from _shown(shop, parameter)
    yield from _window(shop)


def within_window(shop: Workshop, parameter: Parameter, value: int) -> Request:
    """A request with this value, and the fewest entries where the value is how far to skip."""
    window = shop.contract.window
    fewest = (
        {window.count: str(shop.contract.parameter(window.count).minimum)} if parameter.name == window.start else {}
    )
    return shop.request({**fewest, parameter.name: str(value)})


def _bounds(shop: Workshop, parameter: Parameter) -> Iterator[Case]:
    low, high = parameter.minimum, parameter.maximum
    found = {}
    if low is not None:
        found["minimum/at"] = low
        found["minimum/inside"] = low + 1
    if high is not None:
        found["maximum/inside"] = high - 1
        found["maximum/at"] = high
    for variant, value in found.items():
        title = f"{parameter.name} is {value}"
        yield shop.accepted(f"{parameter.key}.{variant}", title, within_window(shop, parameter, value))


def _values(shop: Workshop, parameter: Parameter) -> Iterator[Case]:
    for value in parameter.enum:
        request = shop.request({parameter.name: str(value)})
        yield shop.accepted(f"{parameter.key}.enum/{value}", f"{parameter.name} is {value}", request)


def _lengths(shop: Workshop, parameter: Parameter, limit: int) -> Iterator[Case]:
    if parameter.name == shop.contract.instance:
        yield _longest_instance(shop, parameter, limit)
        return
    for variant, length in (("inside", limit - 1), ("at", limit)):
        value = lengthened(shop.contract, parameter, length)
        title = f"{parameter.name} has {length} characters"
        yield shop.accepted(f"{parameter.key}.maxlength/{variant}", title, shop.request({parameter.name: value}))
    if parameter.filter:
        # One such character is enough, and leaves every operand as short as it was.
        plain = lengthened(shop.contract, parameter, limit)
        value = f"{plain[:-2]}{_WIDE}{plain[-1]}"
        title = f"{parameter.name} has {limit} characters, one of them of several bytes"
        yield shop.accepted(f"{parameter.key}.maxlength/nonascii", title, shop.request({parameter.name: value}))


def _longest_instance(shop: Workshop, parameter: Parameter, limit: int) -> Case:
    case_id, title = f"{parameter.key}.maxlength/at", f"{parameter.name} has {limit} characters"
    longest = next((one for one in shop.target.instances if len(one.name) == limit and one.images), None)
    if longest is None:
        return shop.inapplicable(case_id, title, f"the profile names no instance whose name has {limit} characters")
    return shop.accepted(case_id, title, shop.request(instance=longest))


def _shown(shop: Workshop, parameter: Parameter) -> Iterator[Case]:
    for value in map(str, parameter.examples):
        request = shop.request({parameter.name: value})
        yield shop.accepted(f"{parameter.key}.pattern/{value}", f"{parameter.name} is {value}", request)


def _window(shop: Workshop) -> Iterator[Case]:
    window = shop.contract.window
    most = min(shop.contract.parameter(window.count).maximum or 1, window.maximum)
    start = window.maximum - most
    title = f"{window.start} and {window.count} together are {window.maximum}"
    request = shop.request({window.start: str(start), window.count: str(most)})
    yield shop.accepted("window.within/at", title, request)
