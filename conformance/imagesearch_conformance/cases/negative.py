"""Requests that break exactly one rule of one parameter: one small function a keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from imagesearch_conformance.cases.boundary import within_window
from imagesearch_conformance.cases.lengthening import lengthened
from imagesearch_conformance.cases.workshop import Workshop, example
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Mutation, Violation

#: What a keyword's generator yields: the variant's name, and the wire value (None: left out).
Broken = Iterator[tuple[str, str | None]]

#: Texts that are no integer in any reading, each a habit of some decoder.
_NO_INTEGERS = {
    "text": "abc",
    "fraction": "1.5",
    "exponent": "1e1",
    "hexadecimal": "0x1",
    "underscore": "1_0",
    "separator": "1,0",
    "fullwidth": "\uff11\uff10",
    "boolean": "true",
    "null": "null",
    "trailing": "10abc",
}

#: Texts that are neither true nor false in any notation.
_NO_BOOLEANS = {"text": "maybe", "number": "2", "both": "truefalse"}

#: Widths at which integers overflow, in bits.
_WIDTHS = (32, 64)


def negative(shop: Workshop) -> Iterator[Case]:
    """All requests that break one keyword of one parameter."""
    for parameter in shop.contract.parameters:
        for keyword in parameter.constraints():
            yield from _breaking(shop, parameter, keyword)


def _breaking(shop: Workshop, parameter: Parameter, keyword: str) -> Iterator[Case]:
    prefix = f"{parameter.key}.{keyword.lower()}"
    if parameter.name == shop.contract.category.parameter and not shop.product:
        yield shop.inapplicable(f"{prefix}/any", f"{parameter.name} is invalid", "a generic instance ignores it")
        return
    for variant, value in _GENERATORS[keyword](shop, parameter):
        request = shop.request().having({parameter.name: value})
        if parameter.name == shop.contract.window.start and value is not None and _whole(value):
            request = within_window(shop, parameter, int(value))
        mutation = Mutation(parameter.pointer(keyword), keyword, shop.request().value(parameter.name), value)
        title = f"{parameter.name} is left out" if value is None else f"{parameter.name} is {_shown(value)}"
        yield shop.refused(f"{prefix}/{variant}", title, request, [Violation(parameter.name, keyword)], mutation)


def _whole(value: str) -> bool:
    return value.removeprefix("-").isascii() and value.removeprefix("-").isdigit()


def _shown(value: str) -> str:
    if not value:
        return "empty"
    return repr(value) if len(value) <= 60 else f"{len(value)} characters long"  # noqa: PLR2004 a width for people


def _required(_: Workshop, __: Parameter) -> Broken:
    yield "absent", None


def _min_length(_: Workshop, __: Parameter) -> Broken:
    yield "empty", ""


def _max_length(shop: Workshop, parameter: Parameter) -> Broken:
    limit = parameter.max_length or 0
    yield "above", lengthened(shop.contract, parameter, limit + 1)
    yield "far-above", lengthened(shop.contract, parameter, limit * 16)


def _type(_: Workshop, parameter: Parameter) -> Broken:
    yield from (_NO_BOOLEANS if parameter.boolean else _NO_INTEGERS).items()


def _minimum(_: Workshop, parameter: Parameter) -> Broken:
    low = parameter.minimum or 0
    yield "below", str(low - 1)
    yield "far-below", str(-(10**9) + low)
    for bits in _WIDTHS:
        yield f"wraps-{bits}", str(int(example(parameter)) - 2**bits)


def _maximum(_: Workshop, parameter: Parameter) -> Broken:
    high = parameter.maximum or 0
    yield "above", str(high + 1)
    yield "far-above", str(10**9 + high)
    for bits in _WIDTHS:
        yield f"wraps-{bits}", str(int(example(parameter)) + 2**bits)
    yield "endless", "9" * 60


def _enum(_: Workshop, parameter: Parameter) -> Broken:
    values = {int(one) for one in parameter.enum}
    beside = sorted({near for value in values for near in (value - 1, value + 1)} - values)
    for value in beside:
        yield f"beside-{value}".replace("--", "-minus-"), str(value)
    for bits in _WIDTHS:
        yield f"wraps-{bits}", str(min(values) + 2**bits)


def _format(shop: Workshop, parameter: Parameter) -> Broken:
    if parameter.filter:
        yield from ((name, text) for name, (text, _) in shop.contract.filters.refused.items())


def _pattern(_: Workshop, parameter: Parameter) -> Broken:
    yield from parameter.broken.items()


_GENERATORS: Mapping[str, Callable[[Workshop, Parameter], Broken]] = {
    "required": _required,
    "minLength": _min_length,
    "maxLength": _max_length,
    "type": _type,
    "minimum": _minimum,
    "maximum": _maximum,
    "enum": _enum,
    "format": _format,
    "pattern": _pattern,
}
