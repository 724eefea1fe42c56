"""Requests that break exactly one rule of one parameter: one small function a keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from imagesearch_conformance.cases.boundary import request_within_window
from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value
from imagesearch_conformance.cases.text_of_length import text_of_length
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Mutation, Violation

#: What a keyword's generator yields: the variant's name, and the wire value (None: left out).
InvalidValues = Iterator[tuple[str, str | None]]

#: Texts that are no integer in any reading, each a habit of some decoder.
_INVALID_INTEGERS = {
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
_INVALID_BOOLEANS = {"text": "maybe", "number": "2", "both": "truefalse"}

#: Widths at which integers overflow, in bits.
_INTEGER_WIDTHS = (32, 64)


def negative_cases(builder: CaseBuilder) -> Iterator[Case]:
    """All requests that break one keyword of one parameter."""
    for parameter in builder.contract.parameters:
        for keyword in parameter.constraints():
            yield from _keyword_cases(builder, parameter, keyword)


def _keyword_cases(builder: CaseBuilder, parameter: Parameter, keyword: str) -> Iterator[Case]:
    prefix = f"{parameter.key}.{keyword.lower()}"
    if parameter.name == builder.contract.category.parameter and not builder.has_product_instance:
        yield builder.not_applicable_case(
            f"{prefix}/any", f"{parameter.name} is invalid", "a generic instance ignores it"
        )
        return
    for variant, value in _INVALID_VALUE_GENERATORS[keyword](builder, parameter):
        request = builder.request().with_parameters({parameter.name: value})
        if parameter.name == builder.contract.window.start_parameter and value is not None and _is_integer(value):
            request = request_within_window(builder, parameter, int(value))
        mutation = Mutation(parameter.pointer(keyword), keyword, builder.request().value(parameter.name), value)
        title = f"{parameter.name} is left out" if value is None else f"{parameter.name} is {_describe_value(value)}"
        yield builder.error_case(f"{prefix}/{variant}", title, request, [Violation(parameter.name, keyword)], mutation)


def _is_integer(value: str) -> bool:
    return value.removeprefix("-").isascii() and value.removeprefix("-").isdigit()


def _describe_value(value: str) -> str:
    if not value:
        return "empty"
    return repr(value) if len(value) <= 60 else f"{len(value)} characters long"  # noqa: PLR2004 a width for people


def _break_required(_: CaseBuilder, __: Parameter) -> InvalidValues:
    yield "absent", None


def _break_min_length(_: CaseBuilder, __: Parameter) -> InvalidValues:
    yield "empty", ""


def _break_max_length(builder: CaseBuilder, parameter: Parameter) -> InvalidValues:
    limit = parameter.max_length or 0
    yield "above", text_of_length(builder.contract, parameter, limit + 1)
    yield "far-above", text_of_length(builder.contract, parameter, limit * 16)


def _break_type(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    yield from (_INVALID_BOOLEANS if parameter.is_boolean else _INVALID_INTEGERS).items()


def _break_minimum(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    low = parameter.minimum or 0
    yield "below", str(low - 1)
    yield "far-below", str(-(10**9) + low)
    for bits in _INTEGER_WIDTHS:
        yield f"wraps-{bits}", str(int(example_value(parameter)) - 2**bits)


def _break_maximum(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    high = parameter.maximum or 0
    yield "above", str(high + 1)
    yield "far-above", str(10**9 + high)
    for bits in _INTEGER_WIDTHS:
        yield f"wraps-{bits}", str(int(example_value(parameter)) + 2**bits)
    yield "endless", "9" * 60


def _break_enum(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    values = {int(one) for one in parameter.enum}
    beside = sorted({near for value in values for near in (value - 1, value + 1)} - values)
    for value in beside:
        yield f"beside-{value}".replace("--", "-minus-"), str(value)
    for bits in _INTEGER_WIDTHS:
        yield f"wraps-{bits}", str(min(values) + 2**bits)


def _break_format(builder: CaseBuilder, parameter: Parameter) -> InvalidValues:
    if parameter.is_filter:
        yield from ((name, text) for name, (text, _) in builder.contract.filter_rules.invalid_conditions.items())


def _break_pattern(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    yield from parameter.invalid_values.items()


_INVALID_VALUE_GENERATORS: Mapping[str, Callable[[CaseBuilder, Parameter], InvalidValues]] = {
    "required": _break_required,
    "minLength": _break_min_length,
    "maxLength": _break_max_length,
    "type": _break_type,
    "minimum": _break_minimum,
    "maximum": _break_maximum,
    "enum": _break_enum,
    "format": _break_format,
    "pattern": _break_pattern,
}
